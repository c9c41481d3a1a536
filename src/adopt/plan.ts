import { posix } from "node:path";
import { sortedClasses } from "../measurements/predictions/class-names.ts";
import { isPrediction } from "./columns.ts";
import { type Around, type CommandLine, commandLine } from "./command-line.ts";
import { type DataSteps, dataSteps, hasData } from "./data-commands.ts";
import { type Candidates, candidates, type Entry } from "./entry-points.ts";
import { dataOf, type Findings, type Script, type Stored, type Table } from "./findings.ts";
import { type HandedOn, handedOn } from "./handed-on.ts";
import { findLabel, type Label } from "./label.ts";
import { readTogether, type Together } from "./read-together.ts";
import { defaultsOf, placedBySettings, splitBySettings } from "./told-settings.ts";
import { fromRoot } from "./working-folder.ts";

/** The form of a model that is only logged to a run of MLflow. */
export const LOGGED = "mlflow-run";

/** The form of a model that a function of the project saves. */
const HANDED = "handed";

/** Files that are written beside a model, for its features or its labels. */
export const PREPARES =
  /(vectori[sz]er|scaler|encoder|tfidf|tokeni[sz]er|imputer|preprocess\w*|transformer|columns|features)[^/]*$/i;

/** What was decided about a project, from what was found in it. */
export interface Plan {
  readonly findings: Findings;
  /** The configuration as it is, before defaults; empty where there is none. */
  readonly configured: unknown;
  readonly candidates: Candidates;
  readonly train: Chosen | undefined;
  readonly evaluate: Chosen | undefined;
  /** The predictions that training itself writes beside the model; undefined where a program evaluates. */
  readonly handedOn: HandedOn | undefined;
  readonly serve: Chosen | undefined;
  readonly check: Chosen | undefined;
  /** What brings and makes the data before training. */
  readonly steps: DataSteps;
  readonly tables: readonly Table[];
  /** Those with the label that training and evaluation read by their names, where there are others with it; empty otherwise. */
  readonly read: readonly Table[];
  /** Tables that training reads as one; undefined where it reads one file. */
  readonly together: Together | undefined;
  readonly label: Label;
  /** Programs that train and evaluate, with what they import. */
  readonly modelling: readonly Script[];
  /** Where training writes the model, as far as its text says it. */
  readonly saved: Stored | undefined;
  /** All that training writes in a form of models: the model, and what prepares its features. */
  readonly written: readonly Stored[];
  /** Where the server reads the model, as far as its text says it. */
  readonly loaded: Stored | undefined;
  /** The only column that the model gets, as a text is; undefined where it gets rows. */
  readonly input: string | undefined;
  /** Words of the label by the numbers that training writes for them; empty where it writes none. */
  readonly codes: ReadonlyMap<number, string>;
  /** The classes of the label in the data, in the order of scikit-learn; empty where they are not known. */
  readonly classes: readonly string[];
  readonly isRegression: boolean;
}

export interface Chosen extends Entry {
  readonly line: CommandLine;
}

/** @param label the column that a person named */
export function planOf(findings: Findings, configured: unknown, label?: string): Plan {
  const tables = dataOf(findings)?.tables ?? [];
  const found = candidates(findings);
  const [trains] = found.train;
  const evaluates = found.evaluate.find(
    (entry) =>
      isEvaluation(entry, findings) && (trains === undefined || isBeside(entry.script, trains.script, findings)),
  );
  const modelling = reached(findings, [trains, evaluates]);
  const users = { entries: [trains, evaluates].filter((entry) => entry !== undefined), scripts: modelling };
  const steps = dataSteps(findings, users);
  // What the settings of a command say of the label is known only when it is chosen.
  const spoken = label ?? findLabel(findings, modelling).column;
  const chosen = (
    purpose: "train" | "evaluate" | "serve" | "validate-data",
    entry: Entry | undefined,
    more: Pick<Around, "trained"> = {},
  ): Chosen | undefined =>
    entry === undefined
      ? undefined
      : {
          ...entry,
          line: commandLine(entry, purpose, { findings, tables, label: spoken, made: steps.made, ...more }),
        };
  const train = chosen("train", trains);
  const evaluate = chosen("evaluate", evaluates, { trained: train?.line.data ?? [] });
  const serve = chosen("serve", found.serve[0]);
  const saves = placedBySettings(
    namedSaves(ownSaves(reached(findings, [train]))).map(({ by, path }) => ({
      by,
      path: fromRoot(path, train?.line.folder),
    })),
    findings.settings[train?.line.settings ?? ""] ?? {},
  );
  const known =
    label === undefined
      ? findLabel(findings, modelling, train?.line.settings)
      : { column: label, why: "as was said", candidates: [label] };
  const having = tables.filter(({ columns }) => known.column !== undefined && columns?.includes(known.column));
  const together = readTogether(reached(findings, [train]), tables);
  // Those that are read by a pattern are read beside those that are read by their names.
  const read = steps.settings.length === 0 && together === undefined ? readByName(findings, modelling, having) : [];
  const classes = labelClasses(read.length > 0 ? read : having, known);
  const files = saves.filter(({ by }) => by !== LOGGED);
  const written = files.length > 0 ? files : saves;
  const saved = modelAmong(written);
  return {
    ...{ findings, configured, candidates: found, tables, train, evaluate, steps },
    modelling: modelling.map((script) => ({
      ...script,
      splits: splitBySettings(script.splits, {
        ...defaultsOf(train?.command?.arguments ?? []),
        ...findings.settings[train?.line.settings ?? ""],
      }),
    })),
    handedOn:
      evaluate === undefined
        ? handedOn(reached(findings, [train]), train?.line.told.has("model") === true, folderIn(saved))
        : undefined,
    together,
    serve,
    check: chosen("validate-data", found["validate-data"][0]),
    label: known,
    ...{ read, classes, saved },
    written,
    loaded: reached(findings, [serve]).flatMap(({ loads }) => loads)[0],
    input: columnOf(modelling, tables),
    codes: codesOf(modelling, known, classes),
    isRegression: regresses(modelling),
  };
}

/** Of several files that training writes, the one that a model's name has, or else the first that prepares nothing. */
function modelAmong(written: readonly Stored[]): Stored | undefined {
  const others = written.filter(({ path }) => !PREPARES.test(path));
  return others.find(({ path }) => MODEL_NAME.test(posix.basename(path))) ?? others[0] ?? written[0];
}

const MODEL_NAME = /model|classifier|regressor|estimator|(^|_)(clf|pipeline|pipe)(_|\.|$)/i;

/** What programs save; a `save_model` where no library has one is a function of the project. */
const ownSaves = (scripts: readonly Script[]): Stored[] =>
  scripts
    .flatMap((script) => script.saves)
    .map((one) =>
      one.by === "native" && !scripts.some(({ does }) => does.some((what) => NATIVE.test(what)))
        ? { ...one, by: HANDED }
        : one,
    );

/** Libraries whose models save themselves by a method. */
const NATIVE = /^uses (xgboost|lightgbm|catboost|keras|tensorflow)$/;

/** A model that a function saves to where it is told has the form that the function saves, and the place that it is told. */
function namedSaves(saves: readonly Stored[]): readonly Stored[] {
  const told = saves.filter(({ by, path }) => by === HANDED && !path.startsWith("/"));
  const forms = [...new Set(saves.filter(({ by, path }) => path === "" && by !== LOGGED).map(({ by }) => by))];
  const [form, ...others] = forms;
  if (told.length === 0 || form === undefined || others.length > 0) return saves.filter(({ by }) => by !== HANDED);
  return [
    ...saves.filter(({ by, path }) => by !== HANDED && path !== ""),
    ...told.map(({ path }) => ({ by: form, path })),
  ];
}

/** Whether samples are rows of tables, and not images, arrays or files of text. */
export const isTabular = ({ tables, steps, findings, modelling }: Plan): boolean =>
  tables.length > 0 ||
  steps.made.length > 0 ||
  !(hasData(findings) || modelling.some(({ folders }) => folders.length > 0));

/** Whether a program that evaluates leaves something that the gates can read: a table of predictions, or metrics where it is told. */
export function isEvaluation({ script, command }: Entry, findings: Findings): boolean {
  const told = (command?.arguments ?? []).some(({ name }) =>
    /output|out\b|metrics|results?|report|predictions/i.test(name),
  );
  return told || writesPredictions(findings, script);
}

/** Whether a program runs where another one does: one in a folder with an image of its own has neither its files nor its packages. */
function isBeside({ path }: Script, { path: other }: Script, { files }: Findings): boolean {
  const home = (script: string): string => {
    let folder = posix.dirname(script);
    while (folder !== "." && !files.includes(`${folder}/Dockerfile`)) folder = posix.dirname(folder);
    return folder;
  };
  return home(path) === "." || home(path) === home(other);
}

/** Whether a program writes a table of predictions, as far as its text and what it imports say it. */
export const writesPredictions = (findings: Findings, script: Script): boolean =>
  reached(findings, [{ script }]).some(({ written_columns: written }) =>
    written.some((columns) => columns.some(isPrediction)),
  );

/** The folder of a path in the project; undefined where the text does not say it, or it is outside. */
export function folderIn(stored: Stored | undefined): string | undefined {
  if (stored === undefined || stored.path === "" || stored.path.startsWith("?/")) return undefined;
  const folder = posix.dirname(posix.normalize(stored.path));
  return folder.startsWith("..") || folder.startsWith("/") ? undefined : folder;
}

function columnOf(scripts: readonly Script[], tables: readonly Table[]): string | undefined {
  const inputs = [...new Set(scripts.flatMap((script) => script.inputs))].filter((name) =>
    tables.some(({ columns }) => columns === null || columns.includes(name)),
  );
  return inputs.length === 1 ? inputs[0] : undefined;
}

function codesOf(scripts: readonly Script[], label: Label, classes: readonly string[]): ReadonlyMap<number, string> {
  const [only, ...others] = scripts.map(({ codes }) => codes).filter((codes) => Object.keys(codes).length > 0);
  if (only !== undefined && others.length === 0) {
    const known = Object.entries(only).map(([word, code]) => [code, spelledAs(word, classes)] as const);
    const [first, ...more] = known;
    if (first === undefined || more.length > 0) return new Map(known);
    // Of a comparison with one word, what is not that is the other one of two.
    const [other, ...further] = classes.filter((name) => name !== first[1]);
    return other !== undefined && further.length === 0 && classes.length === 2
      ? new Map([first, [1 - first[0], other] as const].toSorted(([a], [b]) => a - b))
      : new Map();
  }
  const isEncoded = scripts.some(({ encoded }) => encoded.some((name) => name === label.column || isTarget(name)));
  return new Map(isEncoded ? classes.map((name, code) => [code, name]) : []);
}

/** A class as the data spell it: training may have made its letters small, or cut off blanks. */
const spelledAs = (word: string, classes: readonly string[]): string =>
  classes.find((name) => name === word) ?? classes.find((name) => bare(name) === bare(word)) ?? word;

const bare = (text: string): string => text.trim().toLowerCase();

/** What programs call the column that they predict. */
const isTarget = (name: string): boolean => /^(y|y_train|target|targets|labels?)$/i.test(name);

/** The tables with the label that programs read by their names, where they leave others with it unread; none otherwise. */
function readByName(findings: Findings, modelling: readonly Script[], having: readonly Table[]): readonly Table[] {
  const folder = dataOf(findings)?.folder ?? "";
  const reads = modelling.flatMap((script) => script.reads).map((path) => posix.normalize(path));
  const isRead = ({ path }: Table): boolean => reads.includes(posix.join(folder, path));
  // What goes through a folder may read them all.
  const isKnown = modelling.every(({ folders }) => folders.length === 0);
  return isKnown && having.some(isRead) && !having.every(isRead) ? having.filter(isRead) : [];
}

/** The classes of the label in the tables that have it, in the order of scikit-learn; none where they are not known, or are quantities. */
function labelClasses(having: readonly Table[], { column }: Label): readonly string[] {
  const found = having.map(({ classes }) => classes[column ?? ""]);
  return found.includes(undefined) ? [] : sortedClasses([...new Set(found.flatMap((names) => names ?? []))]);
}

/** Whether a program keeps a model, as far as its text and what it imports say it. */
export const writesModel = (findings: Findings, script: Script): boolean =>
  reached(findings, [{ script }]).some(({ does, saves }) => does.includes("saves") || saves.length > 0);

/** Programs with the project's files that they import. */
export function reached(
  findings: Pick<Findings, "scripts">,
  entries: readonly (Pick<Entry, "script"> | undefined)[],
): Script[] {
  const scripts = new Map(findings.scripts.map((script) => [script.path, script]));
  const found = entries.flatMap((entry) =>
    entry === undefined ? [] : [entry.script, ...entry.script.reaches.flatMap((path) => scripts.get(path) ?? [])],
  );
  return [...new Set(found)];
}

const REGRESSOR =
  /(Regressor|Regression|SVR|(Ridge|Lasso|ElasticNet|Lars)(CV|IC)?|KernelRidge|MultiTask\w+|OrthogonalMatchingPursuit)$/;
const PREDICTOR = new RegExp(`${REGRESSOR.source}|(Classifier|SVC|NB|RidgeClassifierCV|LogisticRegressionCV)$`);

/** Whether all estimators of a project predict numbers. A logistic regression predicts classes. */
function regresses(scripts: readonly Script[]): boolean {
  const names = scripts.flatMap(({ estimators }) => estimators).filter((name) => PREDICTOR.test(name));
  return names.length > 0 && names.every((name) => REGRESSOR.test(name) && !name.endsWith("LogisticRegression"));
}
