import { posix } from "node:path";
import { splitWords } from "../config/command-words.ts";
import type { CommandName } from "../project/commands/settings.ts";
import { plainName } from "./arguments.ts";
import { speaksOf } from "./entry-points.ts";
import type { Argument, Findings, Script, Stored } from "./findings.ts";

/* Files of settings that the programs of a project are told. */

const NAMED_SO =
  /^(.*-)?(config|cfg|conf|params|settings)(-(file|path|filename|filepath|name|yaml|yml|json))?$|^(config-)?files$/;

/** Words in the names of files for each purpose. */
const PURPOSES: Readonly<Partial<Record<CommandName, RegExp>>> = {
  train: /train|fit/i,
  evaluate: /eval|valid|score/i,
  prepare: /prep|process|feature/i,
};

/**
 * The file of settings that a program means by an argument without a default: the one that a command of the project's own files tells
 * it, or else the one whose name says the purpose, or the only one. Of several, nobody can tell.
 */
export function settingsFile(
  argument: Argument,
  purpose: CommandName,
  findings: Findings,
  script: Script,
): string | undefined {
  const { kind, default: given } = argument;
  if (kind === "flag" || kind === "override" || given !== null || !NAMED_SO.test(plainName(argument.name)))
    return undefined;
  const files = Object.keys(findings.settings);
  const spoken = findings.commands
    .filter(({ text }) => speaksOf(text, script.path))
    .flatMap(({ text }) => {
      const split = splitWords(text);
      return "words" in split ? split.words : [];
    })
    .map((word) => posix.normalize(word.replace(/^--?[\w-]+=/, "")))
    .filter((word) => files.includes(word));
  const form = PURPOSES[purpose];
  const ofPurpose = (paths: readonly string[]): string[] =>
    form === undefined ? [] : paths.filter((path) => form.test(posix.basename(path)));
  return (
    onlyOf(spoken) ??
    plainest(ofPurpose(spoken)) ??
    plainest(ofPurpose(files)) ??
    (argument.required ? onlyOf(files) : undefined)
  );
}

function onlyOf(paths: readonly string[]): string | undefined {
  const [one, ...others] = new Set(paths);
  return others.length === 0 ? one : undefined;
}

/** `train.yaml` of it and `train_rf.yaml`: the one whose name all others begin with. */
function plainest(paths: readonly string[]): string | undefined {
  const [first, ...others] = [...new Set(paths)].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const stem = first === undefined ? "" : first.slice(0, -posix.extname(first).length);
  return others.every((path) => path.startsWith(stem)) ? first : undefined;
}

const MODEL_FILE = /\.(pkl|pickle|joblib|pt|pth|h5|keras|onnx|sav|model|cbm|ubj|skops)$/i;

/** A model whose place is in the file of settings that training is told: where it writes the one that it has. */
export function placedBySettings(
  saved: readonly Stored[],
  values: Readonly<Record<string, string>>,
): readonly Stored[] {
  const places = [...new Set(Object.values(values).filter((value) => MODEL_FILE.test(value)))];
  const [place, ...others] = places;
  const [model, ...more] = saved;
  return place === undefined || others.length > 0 || model === undefined || more.length > 0 || model.path !== ""
    ? saved
    : [{ by: model.by, path: place }];
}

/** What arguments are that training is not told, by their names in Python. */
export const defaultsOf = (args: readonly Argument[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    args.flatMap(({ name, default: text }) =>
      text === null ? [] : [[name.replace(/^-+/, "").replaceAll("-", "_"), text] as const],
    ),
  );

/** Splits whose numbers a program has from settings or arguments, `values`, with those numbers; empty where these have none. */
export function splitBySettings(splits: Script["splits"], values: Readonly<Record<string, string>>): Script["splits"] {
  const known = (text: string): string | undefined =>
    text.startsWith("?") ? onlyOf(valuesOf(text.slice(1), values)) : text;
  return splits.map((one) => {
    const [size, seed] = [known(one.test_size), known(one.random_state)];
    // A split of another size is another split, whatever its seed.
    return { ...one, test_size: size ?? "", random_state: size === undefined ? "" : (seed ?? "") };
  });
}

/** The numbers that settings have by a name, wherever it is. */
const valuesOf = (name: string, values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).flatMap(([key, value]) =>
    (key === name || key.endsWith(`.${name}`)) && /^\d*\.?\d+$/.test(value) ? [value] : [],
  );
