import { posix } from "node:path";
import { isTabular, type Plan } from "../plan.ts";
import { HELD_OUT_NAME, type Together } from "../read-together.ts";
import type { ModelForm } from "./model.ts";
import type { StubFacts } from "./stubs.ts";

/** Python's spelling of a text. */
export const pythonText = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;

/** A list in the form that black gives it. */
export function pythonList(texts: readonly string[], name: string): string {
  const items = texts.map(pythonText);
  const line = `${name} = [${items.join(", ")}]`;
  return line.length <= 88 ? line : `${name} = [\n${items.map((item) => `    ${item},\n`).join("")}]`;
}

/** Modules of the standard library come first, then those that are installed, then the project's. */
export function importLines(standard: readonly string[], installed: readonly string[], own: readonly string[]): string {
  const inOrder = (lines: readonly string[]): string[] =>
    [...new Set(lines)].sort((a, b) => key(a).localeCompare(key(b), "en"));
  return [standard, installed, own]
    .map(inOrder)
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** As isort does by default: \`import x\` before \`from x import y\`. */
const key = (line: string): string => (line.startsWith("import ") ? `0${line}` : `1${line}`);

/** Splits the imports of a form into those that are installed and those of the project. */
export function ofForm(lines: readonly string[]): {
  readonly standard: string[];
  readonly installed: string[];
  readonly own: string[];
} {
  const blank = lines.indexOf("");
  const others = blank < 0 ? [...lines] : lines.slice(0, blank);
  return {
    standard: others.filter((line) => line === "import pickle"),
    installed: others.filter((line) => line !== "import pickle"),
    own: blank < 0 ? [] : lines.slice(blank + 1),
  };
}

/** `load_model`, for a folder of models. */
export const loadModel = ({ plan, form, modelFile }: StubFacts): string =>
  [
    "def load_model(folder: Path) -> Any:",
    form.isFolder
      ? "    path = folder"
      : modelFile === ""
        ? '    path = next(path for path in sorted(folder.iterdir()) if path.suffix != ".json")'
        : `    path = folder / ${pythonText(modelFile)}`,
    ...besideModel(plan, form, modelFile),
    ...form.load.map((line) => `    ${line}`),
  ].join("\n");

/** Files that training writes beside the model, and that nothing here loads, such as an encoder. */
function besideModel({ saved, written }: Plan, form: ModelForm, modelFile: string): string[] {
  const names = [
    ...new Set(written.filter(({ by }) => by === saved?.by).map(({ path }) => posix.basename(path))),
  ].filter((name) => name !== modelFile && name !== "?" && !form.load.some((line) => line.includes(name)));
  return form.isFolder === true || names.length === 0
    ? []
    : [`    # Beside it are ${names.join(", ")}: where rows go through them in training, they do here.`];
}

/** Columns that training takes out of the features beside the label, as far as its text says it. */
export function droppedColumns({ modelling, label, tables }: Plan): string[] {
  const columns = new Set(tables.flatMap((table) => table.columns ?? []));
  const dropped = modelling.flatMap((script) => script.dropped).filter((name) => name !== label.column);
  return [...new Set(dropped)].filter((name) => columns.has(name));
}

/** `features`, which gives the model the columns that training gave it. */
export function featuresFunction(plan: Plan): string {
  if (plan.input !== undefined) {
    return [
      "def features(rows: pd.DataFrame) -> pd.Series:",
      `    # The model gets this column alone in ${plan.train?.script.path}; what is done to it there belongs here as well.`,
      `    return rows[${pythonText(plan.input)}]`,
    ].join("\n");
  }
  if (!isTabular(plan)) {
    return [
      "def features(rows: list[Any]) -> Any:",
      `    # What ${plan.train?.script.path} makes of a sample, such as of an image's pixels, belongs here as well.`,
      "    return rows",
    ].join("\n");
  }
  const dropped = droppedColumns(plan);
  const names = ["LABEL", ...(dropped.length === 0 ? [] : ["*DROPPED"])].join(", ");
  return [
    "def features(rows: pd.DataFrame) -> pd.DataFrame:",
    `    # What ${plan.train?.script.path} does to the columns belongs here as well.`,
    `    return rows.drop(columns=[${names}], errors="ignore")`,
  ].join("\n");
}

const shownCandidates = ({ label: { candidates } }: Plan): string[] =>
  candidates.length === 0 ? [] : [candidates.slice(0, 6).join(", ")];

export const constants = (plan: Plan): string =>
  [
    ...(plan.label.column === undefined
      ? [`# ${["Which column is predicted", ...shownCandidates(plan)].join(": ")}?`, 'LABEL = ""']
      : [`LABEL = ${pythonText(plan.label.column)}`]),
    ...(plan.codes.size === 0
      ? []
      : [`CLASSES = {${[...plan.codes].map(([code, word]) => `${code}: ${pythonText(word)}`).join(", ")}}`]),
    ...(plan.input !== undefined || droppedColumns(plan).length === 0
      ? []
      : [pythonList(droppedColumns(plan), "DROPPED")]),
  ].join("\n");

/** What a model is evaluated on. */
export interface EvaluatedTable {
  readonly path: string;
  /** Whether training does not see it. Of another one it splits off a part. */
  readonly isHeldOut: boolean;
  /** Where several files are one table. */
  readonly together?: Together | undefined;
}

/** The table that a model is evaluated on. */
export function evaluatedTable({ tables, label, modelling, steps, together }: Plan): EvaluatedTable {
  const made = steps.made.map((path) => ({ path, columns: null }));
  const having = [...made, ...tables].filter(
    ({ columns }) => columns === null || label.column === undefined || columns.includes(label.column),
  );
  const held = having.find(
    ({ path }) => HELD_OUT_NAME.test(posix.basename(path)) && together?.paths.includes(path) !== true,
  );
  const read = having.find(({ path }) =>
    modelling.some(({ reads }) => reads.some((one) => posix.basename(one) === posix.basename(path))),
  );
  const found = held ?? read ?? having.find(({ path }) => /train/i.test(path)) ?? having[0] ?? tables[0];
  const isPart = together?.paths.includes(found?.path ?? "") === true;
  return { path: found?.path ?? "", isHeldOut: held !== undefined, ...(isPart ? { together } : {}) };
}

/** All rows of several files, by the statements that read them; `rows` has them. */
export function readAll({ files }: Together, path: string, options: string): string[] {
  const [only = "", ...others] = files;
  const listed = others.length > 0;
  return [
    "# In the order of their names: a split by a seed is another one where training has another order.",
    listed
      ? `paths = [folder / name for name in [${files.map(pythonText).join(", ")}]]`
      : `paths = sorted(folder.glob(${pythonText(only)}))`,
    `parts = [${readerOf(path, options).replace(`folder / ${pythonText(path)}`, "path")} for path in paths]`,
    "rows = pd.concat(parts, ignore_index=True)",
  ];
}

/** @param options what else training reads the table with */
export const readerOf = (path: string, options = ""): string => {
  const file = `folder / ${pythonText(path)}`;
  switch (posix.extname(path)) {
    case ".parquet":
      return `pd.read_parquet(${file})`;
    case ".jsonl":
    case ".ndjson":
      return `pd.read_json(${file}, lines=True)`;
    case ".tsv":
      return `pd.read_csv(${file}, sep="\\t")`;
    default:
      return `pd.read_csv(${file}${options === "" ? "" : `, ${options}`})`;
  }
};
