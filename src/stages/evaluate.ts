import type { Container, Directory } from "@dagger.io/dagger";
import { type CommandsResult, runCommands } from "../commands/run.ts";
import { duckdbContainer, query, rowsOf } from "../data/duckdb.ts";
import { readTable, tableFormat } from "../data/sql.ts";
import { appContainer, withData, withModel } from "../environment/containers.ts";
import { DATA, MODELS, RESULTS } from "../environment/paths.ts";
import { UserError } from "../errors.ts";
import { parseMetrics } from "../gates/measurements/metrics.ts";
import {
  type AnswerCount,
  type PredictionCounts,
  type PredictionSummary,
  predictionQueries,
  summarize,
} from "../gates/measurements/predictions.ts";
import { counted } from "../text.ts";
import type { DataContext } from "./context.ts";
import { type Outcome, outcomeOf, type Stage, skipped, stage } from "./stage.ts";

/** What is known of one model on the evaluation data. */
export interface Evaluated {
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether `src.evaluate` measured them, or training claimed them. */
  readonly measuredBy: "src.evaluate" | "src.train";
  /** Absent where the project has no `src.evaluate`, or it writes no predictions. */
  readonly predictions?: PredictionSummary;
}

const OUTPUT = `${RESULTS}/evaluation`;

/**
 * Evaluates one model on the data: the candidate, or the baseline in the same way.
 *
 * @param role `candidate` or `baseline`: names the stage
 */
export function evaluateModel(context: DataContext, model: Directory, role: string): Promise<Stage<Evaluated>> {
  return stage(`evaluate ${role}`, async (): Promise<Outcome<Evaluated>> => {
    if (!context.project.modules.has("src.evaluate")) return claimedByTraining(model);
    const command = ["-m", "src.evaluate", "--model", MODELS, "--data", DATA, "--output", OUTPUT];
    const run = await runCommands(
      evaluationContainer(context, model),
      [{ name: "evaluate", args: ["python3", ...command], shown: ["python", ...command].join(" ") }],
      { since: context.since, folders: [OUTPUT] },
    );
    if (!run.ok) return outcomeOf<Evaluated>(run, "");
    const output = run.container.directory(OUTPUT);
    const files = await output.entries();
    if (!files.includes("metrics.json")) {
      throw new UserError(
        `src.evaluate wrote no metrics.json to its --output (it wrote ${files.join(", ") || "nothing"}).`,
      );
    }
    const metrics = parseMetrics(await output.file("metrics.json").contents(), "src.evaluate");
    const file = ["predictions.parquet", "predictions.csv"].find((name) => files.includes(name));
    const predictions = file === undefined ? undefined : await measurePredictions(context, output, file);
    return outcomeOf<Evaluated>(run, summary(metrics, predictions), {
      metrics,
      measuredBy: "src.evaluate",
      ...(predictions === undefined ? {} : { predictions }),
    });
  });
}

function evaluationContainer(context: DataContext, model: Directory): Container {
  return withData(withModel(appContainer(context, context.project.app), model), context.data);
}

/** Counts what the gates need in the predictions, once for all of them. */
async function measurePredictions(context: DataContext, output: Directory, file: string): Promise<PredictionSummary> {
  const format = tableFormat(file);
  if (format === undefined) throw new Error(`predictions of unknown format: ${file}`);
  const queries = predictionQueries(readTable(format, [`/predictions/${file}`]));
  const container = duckdbContainer(context).withMountedDirectory("/predictions", output);
  const run: CommandsResult = await runCommands(
    container,
    Object.entries(queries).map(([name, sql]) => query(name, sql)),
    { since: context.since, stopAtFailure: true },
  );
  const [counting, answering] = run.commands;
  if (counting?.exitCode !== 0) {
    throw new UserError(`${file} of src.evaluate cannot be read: ${counting?.tail.trim() ?? "DuckDB did not run"}`);
  }
  const [counts] = await rowsOf<PredictionCounts>(run.results, "counts");
  // Without a column of that name there are no answers to count; the schema gate says so.
  const answers = answering?.exitCode === 0 ? await rowsOf<AnswerCount>(run.results, "answers") : [];
  return summarize(file, counts, answers);
}

/** A project without `src.evaluate`: its metric gates use what training wrote beside the model. */
async function claimedByTraining(model: Directory): Promise<Outcome<Evaluated>> {
  if (!(await model.exists("metrics.json"))) {
    return skipped("the project has no src/evaluate.py, and its training wrote no metrics.json");
  }
  const metrics = parseMetrics(await model.file("metrics.json").contents(), "src.train");
  return {
    status: "passed",
    message: `no src/evaluate.py: using the metrics.json of training (${summary(metrics, undefined)})`,
    value: { metrics, measuredBy: "src.train" },
  };
}

const summary = (metrics: Readonly<Record<string, number>>, predictions: PredictionSummary | undefined): string =>
  [
    counted(Object.keys(metrics).length, "metric"),
    ...(predictions === undefined ? [] : [counted(predictions.rows, "prediction")]),
  ].join(", ");
