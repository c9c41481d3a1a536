import type { Directory } from "@dagger.io/dagger";
import { appContainer, projectCommand, writtenBy } from "../containers/app.ts";
import { runCommands } from "../containers/commands.ts";
import { RESULTS } from "../containers/paths.ts";
import { byteText, counted } from "../text.ts";
import { windowText } from "../training/window.ts";
import { defineStage, type RetrainingInputs, type RunInputs } from "./definition.ts";
import { withMissingFile } from "./missing-file.ts";
import { withMissingPackage } from "./missing-package.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";

const OUTPUT = `${RESULTS}/window`;

/** What a stage of a retraining needs. */
export function requireRetraining({ retraining }: RunInputs): RetrainingInputs {
  if (retraining === undefined) throw new Error("a stage of a retraining was run without one");
  return retraining;
}

/** Brings the data of the window: those that were given, or what the project's command fetches for its dates. */
export const fetchWindow = defineStage({
  name: "fetch window",
  step: "Check",
  page: "retraining",
  needs: {},
  async run(inputs): Promise<Outcome<Directory>> {
    const { window, windowData } = requireRetraining(inputs);
    if (windowData !== undefined) {
      return { status: "passed", message: `${windowText(window)}: given (--fresh)`, value: windowData };
    }
    const { context } = inputs;
    const entry = context.project.entryPoints["fetch-window"];
    if (entry === undefined) {
      return {
        status: "failed",
        message:
          "nothing brings fresh data: the project has neither src/data/fetch.py nor commands.fetch-window, and --fresh gives none",
      };
    }
    const written = writtenBy(entry, OUTPUT);
    const command = projectCommand("fetch-window", entry, {
      ...{ "start-date": window.start, "end-date": window.end, output: written },
    });
    // A call asks anew: what came late is in another answer to the same dates.
    const container = appContainer(context, context.project.app).withEnvVariable(
      "ML_PIPELINE_FETCHED_AT",
      new Date(context.since).toISOString(),
    );
    const run = await runCommands(container, [command], {
      ...{ since: context.since, limits: context.limits, folders: [written], hash: [written] },
    });
    if (!run.ok)
      return withMissingFile(withMissingPackage(failedRun(run), context, "programs"), context, { data: false });
    const { files = 0, bytes = 0 } = run.hashes[written] ?? {};
    if (files === 0) {
      return {
        ...{ status: "failed", runs: [run] },
        message: `${entry.title} ended well and wrote nothing for the window of ${windowText(window)}: it is to write to ${entry.outputFolder ?? "its --output"}`,
      };
    }
    const message = `${windowText(window)}: ${counted(files, "file")} of ${byteText(bytes)}`;
    return outcomeOf(run, message, run.container.directory(written));
  },
});
