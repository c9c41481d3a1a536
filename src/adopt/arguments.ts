import type { Argument } from "./findings.ts";

/* What the arguments of a program stand for, by their names. */

/** What the pipeline can tell a command. */
export type Role = "data" | "model" | "epochs" | "output" | "port" | "baseline";

const PLACE = "(dir|directory|path|file|folder|root|location|filepath|filename|loc|fp)";
const kind = (words: string): RegExp => new RegExp(`^(${words})(-${PLACE}){0,2}$`);

const DATA = kind(
  [
    "data|dataset|datasets|data-?set|input|inputs|input-data|csv|source|raw|raw-data|tabular-data",
    "train|train-data|train-set|train-csv|training|training-data|training-set|processed|processed-data|features|data-csv",
  ].join("|"),
);
const HELD_OUT = kind(
  "test|test-data|test-set|test-csv|eval|eval-data|eval-set|evaluation-data|val|val-data|valid|validation|validation-data|holdout",
);
/** Whether an argument is for what a model is evaluated on, by its name. */
export const isHeldOut = ({ name }: Argument): boolean => HELD_OUT.test(plainName(name));

/** What is made of the data. */
const MADE = kind(
  "processed|processed-data|features|clean|cleaned|cleaned-data|interim|prepared|train|test|val|train-data|test-data|val-data|save|target",
);
const OUTPUT = kind(
  [
    "output|out|outputs|save|save-to|export|artifacts?|artifact|dest|destination|target-dir|checkpoints?|ckpt|results?",
    "output-data|model-output|output-model|model-out|out-model|save-model|report|metrics|predictions?|run|log",
  ].join("|"),
);
const MODEL = kind(
  "model|models|model-checkpoint|checkpoint|ckpt|weights|estimator|model-artifact|trained-model|model-save",
);
const EPOCHS = /^(num-|n-|max-|total-|nb-|train-|training-|number-of-)*epochs?$/;
const PORT = /^port$/;
const BASELINE = kind("baseline|baseline-model|reference-model");

/** `data-dir` of `--data_dir`, `dataDir` and `training.data.dir`, of which only the last words count. */
export function plainName(name: string): string {
  const last = name.split(".").slice(-2).join("-");
  return last
    .replace(/^-+/, "")
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}

const names = (argument: Argument): string[] => {
  const parts = argument.name.split(".");
  return [plainName(argument.name), plainName(parts.at(-1) ?? "")];
};

const isNumber = (text: string | null): boolean => text !== null && /^-?[\d.]+(e-?\d+)?$/i.test(text);

/** Whether a default may be a path. A model's `rf` or `resnet18` is the name of its kind. */
const mayBePath = ({ default: text, choices }: Argument, isNamedSo: boolean): boolean =>
  !choices &&
  !isNumber(text) &&
  (text === null || isNamedSo || /[/\\]|\.[a-z0-9]{2,8}$/i.test(text) || PATH_WORD.test(text));
const PATH_WORD = /^(data|models?|outputs?|results?|artifacts?|checkpoints?|out|input|inputs|\?\?\?|)$/i;
const NAMED_AS_PATH = new RegExp(`-${PLACE}$`);

/**
 * What each argument of a command stands for; those that stand for nothing are not in it.
 *
 * @param purpose of the command: a model is what training writes and evaluation reads
 * @param usedAs what the program does with their values, which tells what must be given and has another name
 */
export function rolesOf(
  args: readonly Argument[],
  purpose: string,
  usedAs: Readonly<Record<string, string>> = {},
): ReadonlyMap<Argument, Role> {
  const found = new Map<Argument, Role>();
  for (const argument of args) {
    const role = roleOf(argument, purpose) ?? (argument.required ? roleByUse(argument, purpose, usedAs) : undefined);
    if (role !== undefined) found.set(argument, role);
  }
  return purpose === "train" ? withoutKind(found) : withModel(found);
}

const ARTIFACTS = kind("artifacts?|checkpoints?|ckpt|run|save|export");

/** Where a program that reads a model has two folders for what it writes, what training calls so is the one that it reads. */
function withModel(found: Map<Argument, Role>): ReadonlyMap<Argument, Role> {
  const written = [...found].filter(([, role]) => role === "output").map(([argument]) => argument);
  const read = written.find((argument) => names(argument).some((one) => ARTIFACTS.test(one)));
  const isOpen = written.length > 1 && ![...found.values()].includes("model");
  return isOpen && read !== undefined ? new Map([...found, [read, "model"]]) : found;
}

function roleOf(argument: Argument, purpose: string): Role | undefined {
  if (argument.kind === "flag") return undefined;
  const spelled = names(argument);
  const is = (form: RegExp): boolean => spelled.some((one) => form.test(one));
  if (purpose === "fetch" || purpose === "prepare") {
    const isPath = mayBePath(
      argument,
      spelled.some((one) => NAMED_AS_PATH.test(one)),
    );
    if (!isPath) return undefined;
    // All that a program which brings the data is told is where to.
    if (purpose === "fetch") return is(DATA) || is(OUTPUT) || is(MADE) ? "data" : undefined;
    return is(OUTPUT) || is(MADE) ? "output" : is(DATA) ? "data" : undefined;
  }
  if (is(EPOCHS)) return purpose === "train" ? "epochs" : undefined;
  if (is(PORT)) return purpose === "serve" ? "port" : undefined;
  if (
    !mayBePath(
      argument,
      spelled.some((one) => NAMED_AS_PATH.test(one)),
    )
  )
    return undefined;
  if (is(BASELINE)) return purpose === "evaluate" ? "baseline" : undefined;
  if (is(DATA) || is(HELD_OUT)) return purpose === "serve" ? undefined : "data";
  if (is(MODEL)) return "model";
  if (!is(OUTPUT)) return undefined;
  return purpose === "train" ? "model" : purpose === "serve" ? undefined : "output";
}

/** What an argument stands for by what a program that trains or evaluates does with it. */
function roleByUse(argument: Argument, purpose: string, usedAs: Readonly<Record<string, string>>): Role | undefined {
  const isEvaluation = purpose === "evaluate";
  if ((purpose !== "train" && !isEvaluation) || argument.kind === "flag" || argument.choices) return undefined;
  switch (useOf(argument, usedAs)) {
    case "read":
    case "pattern":
      return "data";
    case "saved":
      return isEvaluation ? undefined : "model";
    case "loaded":
      return isEvaluation ? "model" : undefined;
    case "table":
      return isEvaluation ? "output" : undefined;
    default:
      return undefined;
  }
}

/** Where training has an `--output`, its `--model` without a path is what kind of model it makes. */
function withoutKind(found: Map<Argument, Role>): ReadonlyMap<Argument, Role> {
  const models = [...found].filter(([, role]) => role === "model").map(([argument]) => argument);
  const kinds = models.filter(
    ({ name, default: text }) => /^-*models?$/i.test(name) && (text === null || !/[/.]/.test(text)),
  );
  if (models.length > 1) for (const one of kinds.slice(0, models.length - 1)) found.delete(one);
  return found;
}

const FILE_NAME = /(file|filepath|filename|csv|fp)$/;

/** What a program does with the value of an argument, as far as its text says it. */
export const useOf = ({ name }: Argument, usedAs: Readonly<Record<string, string>>): string | undefined =>
  usedAs[(name.split(".").at(-1) ?? "").replace(/^-+/, "").replaceAll("-", "_")];

/** Whether a value is to be a file: by how the program uses it, by its default, or by its name. */
export function wantsFile(argument: Argument, usedAs: Readonly<Record<string, string>>): boolean {
  const use = useOf(argument, usedAs);
  const byDefault = argument.default !== null && /\.[a-z][a-z0-9]{1,8}$/i.test(argument.default);
  if (use !== undefined) return use !== "folder";
  return byDefault || FILE_NAME.test(plainName(argument.name));
}
