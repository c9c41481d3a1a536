import { posix } from "node:path";
import type { DataCommand } from "../project/commands/data-folders.ts";
import type { Findings, Script, ScriptCommand } from "./findings.ts";

/** A program of the project that does what the pipeline needs, and one of its commands. */
export interface Entry {
  readonly script: Script;
  /** Undefined for a program that declares no arguments. */
  readonly command: ScriptCommand | undefined;
}

export type Purpose = "train" | "evaluate" | "serve" | "validate-data";

/** Programs that do the same, the likeliest first. */
export type Candidates = Readonly<Record<Purpose, readonly Entry[]>>;

const NAMES: Readonly<Record<Purpose, RegExp>> = {
  train: /^(re|run_|model_|main_|start_)?(train(er|ing)?|fit)(_|$)|_train(er|ing)?$|^train/,
  evaluate:
    /^(run_|model_)?(eval(uate|uation|uator)?|score|test_model|validate_model|predict_and_score)(_|$)|_eval(uate|uation)?$/,
  serve:
    /^(serve[rd]?|serving|api|app|main|server|service|inference|predict_api|wsgi|asgi|web|run_server)(_|$)|_(api|app|server)$/,
  "validate-data": /^((validate|check|verify)_?(data|dataset)|(data|dataset)_?(validate|validation|check))$/,
};
/** Names of what does one of several things. */
const WHOLE = /^(main|run|pipeline|cli|app|model|__main__|experiment)$/;
/** Files beside the programs that a project is about. */
const ASIDE =
  /(^|\/)(tests?|docs?|examples?|notebooks?|experiments?|archive|old|legacy|scratch|playground|benchmarks?)\//;
const SPECIAL =
  /(^|_)(tune|tuning|hyper|hpo|optuna|sweep|search|ray|distributed|ddp|sagemaker|databricks|cloud|aws|gcp|azure)(_|$)/;

/** What programs of the project are for, by their names and by what they do. */
export function candidates(findings: Findings): Candidates {
  const scripts = new Map(findings.scripts.map((script) => [script.path, script]));
  const entries = findings.scripts.filter(isProgram).flatMap((script) => entriesOf(script, scripts));
  const spoken = findings.commands.map(({ text }) => text);
  const ranked = (purpose: Purpose): Entry[] =>
    entries
      .map((entry) => ({ entry, score: scoreOf(entry, purpose, scripts, spoken) }))
      .filter(({ score }) => score >= 4)
      .sort(
        (a, b) =>
          b.score - a.score || depth(a.entry) - depth(b.entry) || (a.entry.script.path < b.entry.script.path ? -1 : 1),
      )
      .map(({ entry }) => entry);
  return {
    train: ranked("train"),
    evaluate: ranked("evaluate"),
    serve: ranked("serve"),
    "validate-data": ranked("validate-data"),
  };
}

const DATA_NAMES = {
  fetch:
    /^(fetch|download|ingest|pull|acquire|collect|get)(er)?(_(raw|the|my))?(_(data|dataset|datasets|csv|images|files))?$|^(data|dataset)_?(fetch(er|ing)?|download(er|ing)?|ingest(ion|er)?|acquisition|collection)$|^ingestion$/,
  prepare:
    /^(pre_?process(ing|or)?|prepare|prep|preparation|clean(ing)?|process|featuri[sz]e|transform(ation)?|split|etl)(_(raw|the|my))?(_(data|dataset|datasets|csv|images|features))?$|^(data|dataset|feature|features)_?(prep|preparation|pre_?processing|preprocess|processing|cleaning|engineering|transformation|split)$|^(make_dataset|build_dataset|create_dataset|(build|make|create|extract)_features)$/,
} as const;

/**
 * Programs that bring the data, or make of them what is trained on, by their names and by what they do. What training imports is a
 * part of it, and no step before.
 *
 * @param used the files of training and evaluation, with what they import
 */
export function dataPrograms(
  findings: Findings,
  used: ReadonlySet<string>,
): Readonly<Record<DataCommand | "others", Entry[]>> {
  const scripts = new Map(findings.scripts.map((script) => [script.path, script]));
  const entries = findings.scripts
    .filter((script) => isProgram(script) && script.server === null && !used.has(script.path))
    .filter(({ path }) => !ASIDE.test(path))
    .flatMap((script) => entriesOf(script, scripts));
  const named = (purpose: DataCommand): Entry[] =>
    entries.filter(({ script, command }) =>
      DATA_NAMES[purpose].test(command === undefined || command.word === "" ? stem(script.path) : word(command.word)),
    );
  const brings = ({ script }: Entry): boolean => script.does.includes("downloads");
  // Many a make_dataset.py brings the data as well.
  const both = named("prepare").filter((entry) => brings(entry) && entry.script.reads.length === 0);
  return {
    fetch: [
      ...named("fetch").filter(({ script: { does, writes } }) => does.includes("downloads") || writes.length > 0),
      ...both,
    ],
    prepare: named("prepare").filter((entry) => !both.includes(entry)),
    others: entries.filter((entry) => !brings(entry)),
  };
}

const word = (text: string): string => text.replaceAll("-", "_").toLowerCase();

const depth = ({ script }: Entry): number => script.path.split("/").length;

const isProgram = ({ path, runs, commands, server }: Script): boolean =>
  !/(^|\/)(tests?\/|test_[^/]*$|conftest\.py$|setup\.py$|noxfile\.py$)/.test(path) &&
  (runs || commands.length > 0 || server !== null);

/** @param all the scripts of the project, by their paths */
function entriesOf(script: Script, all: ReadonlyMap<string, Script>): Entry[] {
  // What a package does when it is run, and how it is told, is often said in another file of it.
  const isPackage = posix.basename(script.path) === "__main__.py";
  const said = [script, ...(isPackage ? script.reaches.flatMap((path) => all.get(path) ?? []) : [])];
  const commands = said.find((one) => one.commands.length > 0)?.commands ?? [];
  return commands.length === 0 ? [{ script, command: undefined }] : commands.map((command) => ({ script, command }));
}

/** `train_model` of `src/train-model.py`, and the folder's name of a `__main__.py`. */
export function stem(path: string): string {
  const name = posix.basename(path, ".py");
  const shown = name === "__main__" || name === "__init__" ? posix.basename(posix.dirname(path)) : name;
  return shown
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

function scoreOf(
  { script, command }: Entry,
  purpose: Purpose,
  scripts: ReadonlyMap<string, Script>,
  spoken: readonly string[],
): number {
  const own = new Set(script.does);
  const reached = new Set([...own, ...script.reaches.flatMap((path) => scripts.get(path)?.does ?? [])]);
  const does = (what: string): number => (own.has(what) ? 2 : reached.has(what) ? 1 : 0);
  const word = command?.word ?? "";
  const named = NAMES[purpose].test(stem(script.path));
  const byWord = word === "" ? 0 : NAMES[purpose].test(word.replaceAll("-", "_")) ? 5 : -6;
  const byName = named ? 4 : WHOLE.test(stem(script.path)) ? 1 : 0;
  const others = (Object.keys(NAMES) as Purpose[]).filter((other) => other !== purpose);
  const namedOtherwise = !named && byWord <= 0 && others.some((other) => NAMES[other].test(stem(script.path)));
  const aside =
    (ASIDE.test(script.path) ? 3 : 0) + (SPECIAL.test(stem(script.path)) ? 3 : 0) + (namedOtherwise ? 2 : 0);
  const behind = purpose !== "serve" && isBehindPackage(script, scripts) ? 3 : 0;
  const said = spoken.some((text) => speaksOf(text, script.path)) ? 1 : 0;
  const named_ = byWord !== 0 ? byWord : byName;
  return named_ + said - aside - behind + evidence(purpose, script, does, named || byWord > 0);
}

/** Whether a file does nothing when it is run, and a package that imports it does. */
const isBehindPackage = (script: Script, scripts: ReadonlyMap<string, Script>): boolean =>
  !script.runs &&
  [...scripts.values()].some(
    ({ path, reaches }) => posix.basename(path) === "__main__.py" && reaches.includes(script.path),
  );

/** How much of what a program does speaks for its purpose. */
function evidence(purpose: Purpose, script: Script, does: (what: string) => number, named: boolean): number {
  switch (purpose) {
    case "train":
      // Training of a program that is not named so is seen where it fits and keeps a model.
      return (
        (does("fits") > 0 ? does("fits") + 1 : named ? 0 : -9) +
        (does("saves") > 0 ? 2 : 0) +
        (script.server === null ? 0 : -4)
      );
    case "evaluate":
      return does("scores") + does("loads") - (named ? 0 : does("fits") * 3) + (script.server === null ? 0 : -9);
    case "serve":
      return script.server === null ? -9 : 3 + (script.server.routes.some(({ method }) => method === "POST") ? 2 : 0);
    default:
      return named ? 1 : -9;
  }
}

/** Whether a command is about a file, by its path or its module. */
export const speaksOf = (text: string, path: string): boolean =>
  text.split(" ").some((one) => one === path || one === `./${path}` || one.split(":")[0] === moduleOf(path));

/** `src.train` of `src/train.py`; a package is run by its name. */
export const moduleOf = (path: string): string => path.replace(/(\/__main__)?\.py$/, "").replaceAll("/", ".");
