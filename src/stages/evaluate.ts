import type { Container, Directory } from "@dagger.io/dagger";
import { appContainer, withData, withModel } from "../containers/app.ts";
import { runCommands } from "../containers/commands.ts";
import { DATA, MODELS, RESULTS } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { parseMetrics } from "../measurements/claims.ts";
import type { Evaluated } from "../measurements/evaluated.ts";
import { elsewhere } from "../project/project.ts";
import { counted } from "../text.ts";
import { defineStage, withPulled } from "./definition.ts";
import { pullData } from "./pull-data.ts";
import { scanModel } from "./scan-model.ts";
import { failedRun, type Outcome, outcomeOf, skipped } from "./stage.ts";
import { requireModel, train } from "./train.ts";

const OUTPUT = `${RESULTS}/evaluation`;

/** Evaluates the candidate on the data. */
export const evaluateCandidate = defineStage({
  name: "evaluate candidate",
  step: "Evaluate",
  needs: { pulled: pullData, trained: train, scanned: scanModel },
  run: (inputs, { pulled, trained }) => evaluate(withPulled(inputs, pulled), requireModel(inputs, trained)),
});

/** Evaluates the baseline in the same way: on the same data, or on the reference that current data are compared with. */
export const evaluateBaseline = defineStage({
  name: "evaluate baseline",
  step: "Evaluate",
  needs: { pulled: pullData, trained: train, scanned: scanModel },
  when: ({ baseline }) => baseline !== undefined,
  run(inputs, { pulled }) {
    const { baseline } = inputs;
    if (baseline === undefined) throw new Error("a baseline was to be evaluated where there is none");
    const reference = inputs.comparison?.reference;
    const context = withPulled(inputs, pulled);
    return evaluate(reference === undefined ? context : { ...context, data: reference }, baseline);
  },
});

async function evaluate(context: DataContext, model: Directory): Promise<Outcome<Evaluated>> {
  if (!context.project.modules.has("src.evaluate")) return claimedByTraining(context, model);
  const command = ["-m", "src.evaluate", "--model", MODELS, "--data", DATA, "--output", OUTPUT];
  const run = await runCommands(
    evaluationContainer(context, model),
    [{ name: "evaluate", args: ["python3", ...command], shown: ["python", ...command].join(" ") }],
    { since: context.since, limits: context.limits, folders: [OUTPUT] },
  );
  if (!run.ok) return failedRun(run);
  const directory = run.container.directory(OUTPUT);
  const files = await directory.entries();
  if (!files.includes("metrics.json")) {
    throw new UserError(
      `src.evaluate wrote no metrics.json to its --output (it wrote ${files.join(", ") || "nothing"}).`,
    );
  }
  const claims = parseMetrics(await directory.file("metrics.json").contents(), "src.evaluate");
  const file = ["predictions.parquet", "predictions.csv"].find((name) => files.includes(name));
  return outcomeOf<Evaluated>(run, summary(claims, file), {
    claims,
    claimedBy: "src.evaluate",
    ...(file === undefined ? {} : { predictions: { directory, file } }),
  });
}

function evaluationContainer(context: DataContext, model: Directory): Container {
  return withData(withModel(appContainer(context, context.project.app), model), context.data);
}

/** Takes the metrics that training wrote beside the model, for a project without `src.evaluate`. */
async function claimedByTraining({ project }: DataContext, model: Directory): Promise<Outcome<Evaluated>> {
  if (!(await model.exists("metrics.json"))) {
    return skipped(
      `the project has no src/evaluate.py, and its training wrote no metrics.json${elsewhere(project, "src.evaluate")}`,
    );
  }
  const claims = parseMetrics(await model.file("metrics.json").contents(), "src.train");
  return {
    status: "passed",
    message: `no src/evaluate.py: using the metrics.json of training (${summary(claims, undefined)})${elsewhere(project, "src.evaluate")}`,
    value: { claims, claimedBy: "src.train" },
  };
}

const summary = (claims: Readonly<Record<string, number>>, file: string | undefined): string =>
  [counted(Object.keys(claims).length, "metric"), ...(file === undefined ? [] : [file])].join(", ");
