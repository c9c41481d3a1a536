import { posix } from "node:path";
import type { CONVENTION } from "../../project/commands/entry-point.ts";
import { isPrediction } from "../columns.ts";
import { commandValue, pathVariable } from "../command-line.ts";
import { isServedByMlflow } from "../mlflow.ts";
import { folderIn, LOGGED, type Plan, reached } from "../plan.ts";
import { isSet, type Value } from "../setting.ts";
import { evaluateStub } from "./evaluate.ts";
import { handOnStub } from "./hand-on.ts";
import { type ModelForm, modelForm } from "./model.ts";
import { serveStub } from "./serve.ts";
import { loggedTrainStub, trainStub } from "./train.ts";

/** A program that the pipeline needs and the project does not have, written for it. */
export interface Stub {
  readonly purpose: Exclude<keyof typeof CONVENTION, "validate-data">;
  readonly path: string;
  readonly text: string;
  /** Its command; undefined where it is where the convention has it. */
  readonly value: Value | undefined;
  readonly why: string;
}

/** What a stub is written of. */
export interface StubFacts {
  readonly plan: Plan;
  readonly form: ModelForm;
  /** The package that it is in: `src`, or one of its own. */
  readonly folder: string;
  /** The file of the model below its folder. */
  readonly modelFile: string;
}

/** The folder of stubs in a project that has no package `src`. */
const OWN_FOLDER = "ml_pipeline";

/** The programs that are missing, where what was found says how they would have to be. */
export function stubsOf(plan: Plan): Stub[] {
  const { train } = plan;
  if (train === undefined) return [];
  const form = modelForm(plan);
  const folder =
    plan.findings.files.includes("src/__init__.py") || train.script.path === "src/train.py" ? "src" : OWN_FOLDER;
  const facts: StubFacts | undefined =
    form === undefined
      ? undefined
      : { plan, form, folder, modelFile: train.line.modelFile || fileOf(plan.saved?.path ?? "") };
  const handed = plan.handedOn;
  const evaluates =
    plan.evaluate === undefined && handed === undefined && plan.tables.length > 0 && facts !== undefined;
  const serves = plan.serve === undefined && !isServedByMlflow(plan) && facts !== undefined;
  const stubs = [
    ...wrapped(plan),
    ...(handed === undefined
      ? []
      : [
          written(
            { folder, plan },
            "evaluate",
            handOnStub(handed),
            `${handed.script.path} writes ${handed.table} beside the model, and nothing hands it on`,
          ),
        ]),
    ...(evaluates ? [written(facts, "evaluate", evaluateStub(facts), noEvaluation(plan))] : []),
    ...(serves ? [written(facts, "serve", serveStub(facts, evaluates), "the project has no server")] : []),
  ];
  return stubs.filter(
    ({ path, purpose }) => !plan.findings.files.includes(path) && !isSet(plan.configured, ["commands", purpose]),
  );
}

/** Why an evaluation is written: predictions that training itself writes are those of one run, and not of a model that is asked again. */
function noEvaluation({ findings, train }: Plan): string {
  const own = reached(findings, [train]).find(({ written_columns: written }) =>
    written.some((names) => names.some(isPrediction)),
  );
  const [table] = own?.written_tables ?? [];
  return own === undefined
    ? "the project has no program that writes a table of predictions"
    : `${own.path} writes ${table ?? "predictions"} as it trains, and no program asks a model that is there`;
}

/** The name of a file, where it is known. */
const fileOf = (path: string): string => (posix.basename(path) === "?" ? "" : posix.basename(path));

/** Training that writes its model beside itself is followed by a move to where the pipeline finds it. */
function wrapped(plan: Plan): Stub[] {
  const { train, saved } = plan;
  if (train === undefined || saved === undefined || train.line.told.has("model")) return [];
  const path = `${OWN_FOLDER}/train.py`;
  const isLogged = saved.by === LOGGED;
  if ((folderIn(saved) !== "." && !isLogged) || train.line.unknown.length > 0) return [];
  const beside = [...new Set([saved, ...plan.written].filter((one) => folderIn(one) === ".").map((one) => one.path))];
  const why = isLogged
    ? `logs the model to MLflow: ${path} copies it to where the model is to be`
    : `writes ${beside.join(", ")} beside itself: ${path} moves ${beside.length === 1 ? "it" : "them"} to where the model is to be`;
  const given = train.line.words.slice(1);
  const words = ["python", "-m", `${OWN_FOLDER}.train`, "{model}", ...given];
  return [
    {
      ...{
        purpose: "train",
        path,
        text: isLogged
          ? loggedTrainStub(train.script.path, given[0] === "-m")
          : trainStub(train.script.path, beside, given[0] === "-m"),
      },
      value: commandValue({ words, env: train.line.env }),
      why: `${train.script.path} ${why}`,
    },
  ];
}

function written(
  { folder, plan }: Pick<StubFacts, "folder" | "plan">,
  purpose: "evaluate" | "serve",
  text: string,
  why: string,
): Stub {
  const path = `${folder}/${purpose}.py`;
  const args = purpose === "evaluate" ? ["--model", "{model}", "--data", "{data}", "--output", "{output}"] : [];
  const roots = (plan.train?.script.roots ?? []).filter((root) => root !== ".");
  const env = pathVariable(roots);
  const byConvention = folder === "src" && roots.length === 0;
  const value = byConvention
    ? undefined
    : commandValue({ words: ["python", "-m", `${folder}.${purpose}`, ...args], env });
  return { purpose, path, text, value, why: `${why}: ${path} is one` };
}
