import { posix } from "node:path";
import { isComputed, lowerIsBetter, metricNamed } from "../measurements/predictions/names.ts";
import { DATA_FOLDER } from "../project/commands/data-folders.ts";
import { commands } from "./commands.ts";
import { hasData } from "./data-commands.ts";
import { environmentSettings } from "./environment.ts";
import { dataOf, type Table } from "./findings.ts";
import { includedCode } from "./ignored-code.ts";
import { mlflowSettings } from "./mlflow.ts";
import type { Plan } from "./plan.ts";
import { predictionSettings } from "./prediction-settings.ts";
import { pythonOf } from "./python.ts";
import { serving } from "./serving.ts";
import { isDefault, isKnown, isSet, type Setting, type Value } from "./setting.ts";

/* From findings to settings: a small function for each table of the configuration. Nothing that equals a default is written. */

type Rule = (plan: Plan) => readonly Setting[];

/** The settings that a project needs and does not have, in the order in which they are written. */
export function settingsFor(plan: Plan): Setting[] {
  return RULES.flatMap((rule) => rule(plan)).filter(
    (setting) => !isSet(plan.configured, setting.path) && isKnown(setting) && !isDefault(setting),
  );
}

/** Python's names of the encodings that are no UTF-8, as `data.encoding` calls them. */
const ENCODINGS: readonly (readonly [RegExp, string])[] = [
  [/encoding="(latin[-_]?1|iso[-_]?8859[-_]?1|unicode_escape)"/i, "latin-1"],
  [/encoding="(cp|windows[-_]?)1252"/i, "windows-1252"],
  [/encoding="utf[-_]?16"/i, "utf-16"],
];

/** The encoding of tables: that which shows in their letters, or that which programs read them with. */
function encodingOf(plan: Plan): Setting[] {
  const seen = plan.tables.find(({ encoding }) => encoding !== "");
  const said = encodingSaid(plan);
  // Programs may call it Latin-1, which has no letters in the place of those of Windows.
  if (seen === undefined || (said.length > 0 && seen.encoding !== "windows-1252")) return said;
  return [{ path: ["data", "encoding"], value: seen.encoding, why: `${seen.path} is written so` }];
}

/** The form of numbers in tables that have a decimal comma. */
function numbersOf({ tables }: Plan): Setting[] {
  const seen = tables.find(({ decimal }) => decimal !== "");
  if (seen === undefined) return [];
  const why = `${seen.path} has numbers so`;
  const { thousands } = tables.find((one) => one.thousands !== "") ?? seen;
  return [
    { path: ["data", "decimal"], value: seen.decimal, why },
    ...(thousands === "" ? [] : [{ path: ["data", "thousands"], value: thousands, why }]),
  ];
}

function encodingSaid({ modelling, tables, together }: Plan): Setting[] {
  const names = new Set(tables.map(({ path }) => posix.basename(path)));
  for (const { path, read_with } of modelling) {
    for (const [read, options] of Object.entries(read_with)) {
      const encoding = ENCODINGS.find(([form]) => form.test(options))?.[1];
      const isOfAll = read === "?" && together?.by === path;
      if (encoding !== undefined && (isOfAll || names.has(posix.basename(read)))) {
        return [
          {
            path: ["data", "encoding"],
            value: encoding,
            why: `${path} reads ${isOfAll ? together.files.join(", ") : read} so`,
          },
        ];
      }
    }
  }
  return [];
}

/** Where the data are, if not in the folder of the convention. */
const dataFolder: Rule = ({ findings, tables }) => {
  const folder = dataOf(findings)?.folder ?? "";
  if (folder === "" || folder === DATA_FOLDER || !hasData(findings)) return [];
  const [first] = tables;
  const why = first === undefined ? "the data are there" : `${posix.join(folder, first.path)} is there`;
  return [{ path: ["data", "folder"], value: folder, why }];
};

const data: Rule = (plan) => {
  const { label, tables, together } = plan;
  if (tables.length === 0) return [];
  const known = label.column;
  const shown = label.candidates.slice(0, 6).join(", ");
  const having = known === undefined ? [] : tables.filter(({ columns }) => columns?.includes(known));
  const readable = tables.filter(({ columns }) => columns !== null);
  const ends = new Set(tables.map(({ path }) => posix.extname(path)));
  const some = having.length > 0 && having.length < readable.length && ends.size === 1;
  // What is read by a pattern is said by it, so that a part which comes later belongs to it.
  const wanted =
    having.length > 0
      ? having
      : (together?.paths.flatMap((path) => tables.find((one) => one.path === path) ?? []) ?? []);
  const byPattern =
    together?.paths.every((path) => wanted.some((one) => one.path === path)) === true ? together : undefined;
  const others = wanted.filter(({ path }) => byPattern?.paths.includes(path) !== true).map(({ path }) => path);
  const isPart = byPattern !== undefined && wanted.length < tables.length;
  const ofLabel = some ? `only these of ${readable.length} tables have the label` : undefined;
  const read = byPattern === undefined ? filesRead(plan, having) : [];
  return [
    known === undefined
      ? { path: ["data", "label"], value: "…", why: `which column is predicted? ${shown}`, open: true as const }
      : { path: ["data", "label"], value: known, why: label.why },
    ...encodingOf(plan),
    ...numbersOf(plan),
    ...(read.length > 0
      ? [{ path: ["data", "files"], value: read, why: "training or evaluation reads these alone" }]
      : ofLabel !== undefined || isPart
        ? [
            {
              path: ["data", "files"],
              value: [...(byPattern?.files ?? []), ...others],
              why: ofLabel ?? `${byPattern?.by} reads these as one table`,
            },
          ]
        : []),
  ];
};

/** The tables that training and evaluation read by their names, also such as are made first, where there are others with the label. */
function filesRead({ findings, modelling, steps, read }: Plan, having: readonly Table[]): string[] {
  if (steps.settings.length === 0) return read.map(({ path }) => path);
  const folder = dataOf(findings)?.folder ?? "";
  const reads = modelling.flatMap((script) => script.reads).map((path) => posix.normalize(path));
  const isRead = (path: string): boolean => reads.includes(posix.join(folder, path));
  const made = steps.made.filter(isRead);
  return made.length === 0 || having.every(({ path }) => isRead(path))
    ? []
    : [...new Set([...made, ...having.map(({ path }) => path).filter(isRead)])];
}

const evaluation: Rule = ({ isRegression, modelling }) =>
  isRegression
    ? [
        {
          path: ["evaluation", "task"],
          value: "regression",
          why: `${modelling.find(({ estimators }) => estimators.length > 0)?.path ?? "training"} predicts numbers`,
        },
      ]
    : [];

/** Limits that the project's tests hold its metrics to. */
const gates: Rule = ({ findings }) => {
  const found = new Map<string, Setting>();
  for (const { path, thresholds } of findings.scripts) {
    if (!/(^|\/)tests?(\/|_)|_test\.py$|(^|\/)test_/.test(path)) continue;
    for (const { metric, comparison, value, line } of thresholds) {
      const name = metricNamed(metric)?.canonical;
      const lower = name === undefined || !isComputed(name) ? undefined : lowerIsBetter(name);
      // A test that a metric lies between 0 and 1 is no limit.
      if (name === undefined || lower === undefined || (!lower && (value <= 0 || value >= 1))) continue;
      if (!comparison.startsWith(lower ? "<" : ">") || found.has(name)) continue;
      const limit: Value = lower ? { max: value } : value;
      found.set(name, {
        path: ["gates", "metrics", name],
        value: limit,
        why: `${path}, line ${line}, holds it to that`,
      });
    }
  }
  return [...found.values()];
};
const RULES: readonly Rule[] = [
  pythonOf,
  environmentSettings,
  ({ steps }) => steps.settings,
  commands,
  mlflowSettings,
  serving,
  dataFolder,
  data,
  evaluation,
  predictionSettings,
  gates,
  includedCode,
];
