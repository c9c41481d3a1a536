import { type CommandsResult, runCommands } from "../../containers/commands.ts";
import { RESULTS } from "../../containers/paths.ts";
import type { Runtime } from "../../containers/runtime.ts";
import { UserError } from "../../errors.ts";
import { reasonOf, withScript } from "../../tables/duckdb.ts";
import { broken, type Measured, missing, present } from "../measured.ts";
import { type MeasurementSettings, type PredictionFile, tableOf, withPredictions } from "../predictions/measure.ts";
import type { PredictionSummary } from "../predictions/summary.ts";
import { planSearch, type SearchRequest } from "./plan.ts";
import { searchedGroups } from "./ranked.ts";
import type { WorstSlices } from "./results.ts";
import { type ScriptRunner, searchSlices } from "./search.ts";

/** Settings of the search for groups of rows that the model is worst at. */
export type WorstSlicesRequest = SearchRequest;

const BEFORE = "/before";

/** Searches the candidate's predictions. */
export async function measureWorstSlices(
  runtime: Runtime,
  { file, summary }: { readonly file: PredictionFile; readonly summary: PredictionSummary },
  settings: Omit<MeasurementSettings, "request">,
  request: WorstSlicesRequest,
): Promise<Measured<WorstSlices>> {
  const absent = request.columns?.filter((column) => !summary.columns.includes(column)) ?? [];
  if (absent.length > 0) return missing(`the predictions have no column ${absent.join(", ")}`);
  const plan = planSearch(summary, tableOf(file, 0), settings, request);
  if (typeof plan === "string") return missing(plan);
  const runs: CommandsResult[] = [];
  const runner: ScriptRunner = {
    async run(name, statements) {
      const before = runs.at(-1)?.results;
      const mounted = withPredictions(runtime, [file]);
      const { container, command } = withScript(
        before === undefined ? mounted : mounted.withMountedDirectory(BEFORE, before),
        name,
        statements(RESULTS, BEFORE),
      );
      const run = await runCommands(container, [command], { since: runtime.since, limits: runtime.limits });
      if (!run.ok) {
        throw new UserError(`the predictions cannot be searched: ${reasonOf(run.commands[0]?.tail ?? "")}`);
      }
      runs.push(run);
      return (written) => run.results.file(written).contents();
    },
  };
  try {
    const searched = await searchedGroups(plan, request.columns !== undefined, runner);
    if (typeof searched === "string") return missing(searched, ...runs);
    return present(await searchSlices(searched, settings.evaluation.confidence, runner), ...runs);
  } catch (error) {
    // Nobody may have asked for it: a gate that did fails with this reason.
    if (error instanceof UserError) return broken(error.message, ...runs);
    throw error;
  }
}
