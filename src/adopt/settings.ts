import { posix } from "node:path";
import { isComputed, lowerIsBetter, metricNamed } from "../measurements/predictions/names.ts";
import { CONVENTION, type ScriptName } from "../project/commands/entry-point.ts";
import { type CommandLine, commandValue, pathVariable } from "./command-line.ts";
import { moduleOf } from "./entry-points.ts";
import type { Route } from "./findings.ts";
import { mlflowSettings } from "./mlflow.ts";
import { type Chosen, folderIn, isPrediction, type Plan, writesModel } from "./plan.ts";
import { answerKey, isOfOneRow, requestForm } from "./request-form.ts";
import { isKnown, isSet, type Setting, type Value } from "./setting.ts";
import { stubsOf } from "./stubs/stubs.ts";

/* From findings to settings: a small function for each table of the configuration. Nothing that equals a default is written. */

type Rule = (plan: Plan) => readonly Setting[];

/** The settings that a project needs and does not have, in the order in which they are written. */
export function settingsFor(plan: Plan): Setting[] {
  return RULES.flatMap((rule) => rule(plan)).filter(
    (setting) => !isSet(plan.configured, setting.path) && isKnown(setting),
  );
}

const PURPOSES = ["train", "evaluate", "serve"] as const;

const commands: Rule = (plan) => [
  ...PURPOSES.flatMap((purpose) => commandSetting(plan, purpose, plan[purpose])),
  ...commandSetting(plan, "validate-data", plan.check),
  ...stubsOf(plan).flatMap(({ purpose, value, why }) =>
    value === undefined ? [] : [{ path: ["commands", purpose], value, why }],
  ),
];

function commandSetting(plan: Plan, purpose: ScriptName, chosen: Chosen | undefined): Setting[] {
  const wrapped = stubsOf(plan).some((stub) => stub.purpose === purpose);
  if (chosen === undefined || wrapped) return [];
  const { line, script } = chosen;
  const path = ["commands", purpose];
  const served = purpose === "serve" ? besideModel(plan, serverCommand(chosen) ?? chosen.line, chosen) : undefined;
  const folder = purpose === "train" ? outputFolder(plan, chosen) : undefined;
  const value = served ?? commandValue(line, folder === undefined ? {} : { "output-folder": folder });
  if (isConvention(purpose, value)) return [];
  if (line.unknown.length > 0 && (purpose !== "serve" || serverCommand(chosen) === undefined)) {
    return [{ path, value, why: `say what ${line.unknown.join(", ")} of ${script.path} is`, open: true }];
  }
  const others = plan.candidates[purpose]
    .filter((one) => one.script.path !== script.path)
    .map((one) => one.script.path);
  return [
    {
      path,
      value,
      why:
        whyOf(purpose, chosen, folder !== undefined, writesModel(plan.findings, script)) +
        (others.length === 0 ? "" : ` (others: ${others.slice(0, 3).join(", ")})`),
    },
  ];
}

/** Whether a command is what the pipeline runs without any setting. */
function isConvention(purpose: ScriptName, value: Value): boolean {
  const { module, args } = CONVENTION[purpose];
  return typeof value === "string" && sorted(value.split(" ")) === sorted(["python", "-m", module, ...args]);
}

/** The order of options does not matter. */
const sorted = (words: readonly string[]): string =>
  words
    .join(" ")
    .split(/ (?=--)/)
    .sort()
    .join(" ");

function whyOf(purpose: ScriptName, { script, line }: Chosen, isPlaced: boolean, writes: boolean): string {
  const told = (["data", "model", "epochs", "output"] as const).filter((name) => line.told.has(name));
  if (purpose === "serve")
    return `${script.path} answers requests${script.server === null ? "" : ` (${script.server.by})`}`;
  if (purpose === "train" && !line.told.has("model") && !isPlaced) {
    return writes
      ? `${script.path} trains; where it writes the model is not known: add output-folder`
      : `${script.path} trains, and keeps no model: have it write one to a folder, and add output-folder`;
  }
  const does = purpose === "train" ? "trains" : purpose === "evaluate" ? "evaluates" : "checks the data";
  return told.length === 0 && purpose !== "validate-data"
    ? `${script.path} ${does}, and reads no arguments that say where its files are`
    : `${script.path} ${does}`;
}

/** Where training writes its model whatever it is told, or else where the server reads it whatever it is told. */
function outputFolder({ saved, loaded }: Plan, { line }: Chosen): string | undefined {
  const folder = line.told.has("model") ? folderIn(loaded) : folderIn(saved);
  return folder === undefined || folder === "." || (folder === "models" && line.told.has("model")) ? undefined : folder;
}

/** How the server of a framework is started on the port that the pipeline asks for. */
function serverCommand({ script, line }: Chosen): Pick<CommandLine, "words" | "env"> | undefined {
  const { server, path } = script;
  if (server === null) return undefined;
  if (server.starts && (server.port_variable === "PORT" || line.told.has("port"))) return undefined;
  const root = line.env.PYTHONPATH?.split(":").find((folder) => path.startsWith(`${folder}/`));
  const own =
    script.roots.includes(posix.dirname(path)) && !script.roots.includes(".") ? posix.dirname(path) : undefined;
  const from = root ?? own;
  const module = moduleOf(from === undefined || from === "." ? path : path.slice(from.length + 1));
  const roots = [
    ...new Set([...(own === undefined || own === "." ? [] : [own]), ...(line.env.PYTHONPATH?.split(":") ?? [])]),
  ];
  const env = pathVariable(roots);
  const words = startOf(server.by, `${module}:${server.app}`);
  return words === undefined ? undefined : { words, env };
}

/** A server that reads the model beside itself is started in the folder of models, where it finds it by the same name. */
function besideModel(plan: Plan, { words, env }: Pick<CommandLine, "words" | "env">, { script }: Chosen): Value {
  if (folderIn(plan.loaded) !== ".") return commandValue({ words, env });
  const roots = env.PYTHONPATH?.split(":") ?? [];
  return commandValue(
    {
      words: words.map((word) => (word === script.path ? `../${word}` : word)),
      env: { ...env, PYTHONPATH: ["..", ...roots.map((root) => `../${root}`)].join(":") },
    },
    { folder: "models" },
  );
}

function startOf(by: string, app: string): string[] | undefined {
  const at = ["--host", "0.0.0.0", "--port", "{port}"];
  switch (by) {
    case "fastapi":
    case "starlette":
    case "quart":
      return ["python", "-m", "uvicorn", app, ...at];
    case "flask":
      return ["python", "-m", "flask", "--app", app, "run", ...at];
    case "bentoml":
      return ["python", "-m", "bentoml", "serve", app, ...at];
    default:
      return undefined;
  }
}

const HEALTH = /^\/(health|healthz|healthcheck|health-check|ping|status|ready|readyz|live|livez|heartbeat|alive)\/?$/i;
const REQUESTS = /predict|infer|score|invocation|classif|forecast|generate/i;

const serving: Rule = ({ serve, tables, input }) => {
  const server = serve?.script.server;
  if (serve === undefined || server === null || server === undefined) return [];
  const { path } = serve.script;
  const fixed = server.starts && server.port !== "" && server.port_variable === "" && !serve.line.told.has("port");
  const started = serverCommand(serve) !== undefined;
  const routes = server.routes.filter(({ path: route }) => route !== "");
  const gets = routes.filter(({ method }) => method === "GET");
  const health =
    gets.find(({ path: route }) => HEALTH.test(route)) ?? gets.find(({ path: route }) => route === "/") ?? gets[0];
  const posts = routes.filter(({ method }) => method === "POST");
  const request = posts.find(({ path: route }) => REQUESTS.test(route)) ?? posts[0];
  return [
    ...(fixed && !started
      ? [{ path: ["serve", "port"], value: Number(server.port), why: `${path} listens there` }]
      : []),
    ...(health === undefined || health.path === "/health"
      ? []
      : [{ path: ["serve", "health"], value: health.path, why: `${path} answers there without a request` }]),
    ...(request === undefined || request.path === "/predict"
      ? []
      : [{ path: ["serve", "route"], value: request.path, why: `${path} predicts there` }]),
    ...(request === undefined
      ? []
      : messages(request, path, new Set(tables.flatMap(({ columns }) => columns ?? [])), server.by, input)),
  ];
};

/** The form of requests and answers. */
function messages(route: Route, path: string, columns: ReadonlySet<string>, by: string, input?: string): Setting[] {
  const form = requestForm(route, columns, input);
  const fields = route.body.slice(0, 4).join(", ");
  // A service of BentoML answers with what its method returns.
  const answer = by === "bentoml" ? "." : answerKey(route.answer, isOfOneRow(form ?? "instances"));
  return [
    ...(form === undefined && route.body.length > 0
      ? [
          {
            ...{ path: ["serve", "request"], value: "…", open: true as const },
            why: `${path} reads ${fields}: how does a request look?`,
          },
        ]
      : []),
    ...(form === undefined || form === "instances"
      ? []
      : [{ path: ["serve", "request"], value: form, why: `${path} reads ${fields || "any fields"}` }]),
    ...(answer === undefined ? [] : [{ path: ["serve", "answer"], value: answer, why: `${path} predicts in it` }]),
  ];
}

/** Python's names of the encodings that are no UTF-8, as `data.encoding` calls them. */
const ENCODINGS: readonly (readonly [RegExp, string])[] = [
  [/encoding="(latin[-_]?1|iso[-_]?8859[-_]?1|cp1252|windows[-_]?1252|unicode_escape)"/i, "latin-1"],
  [/encoding="utf[-_]?16"/i, "utf-16"],
];

/** The encoding that programs read the tables with. */
function encodingOf({ modelling, tables }: Plan): Setting[] {
  const names = new Set(tables.map(({ path }) => posix.basename(path)));
  for (const { path, read_with } of modelling) {
    for (const [read, options] of Object.entries(read_with)) {
      const encoding = ENCODINGS.find(([form]) => form.test(options))?.[1];
      if (encoding !== undefined && names.has(posix.basename(read))) {
        return [{ path: ["data", "encoding"], value: encoding, why: `${path} reads ${read} so` }];
      }
    }
  }
  return [];
}

const data: Rule = (plan) => {
  const { label, tables } = plan;
  if (tables.length === 0) return [];
  const known = label.column;
  const shown = label.candidates.slice(0, 6).join(", ");
  const having = known === undefined ? [] : tables.filter(({ columns }) => columns?.includes(known));
  const readable = tables.filter(({ columns }) => columns !== null);
  const ends = new Set(tables.map(({ path }) => posix.extname(path)));
  const some = having.length > 0 && having.length < readable.length && ends.size === 1;
  return [
    known === undefined
      ? { path: ["data", "label"], value: "…", why: `which column is predicted? ${shown}`, open: true as const }
      : { path: ["data", "label"], value: known, why: label.why },
    ...encodingOf(plan),
    ...(some
      ? [
          {
            path: ["data", "files"],
            value: having.map(({ path }) => path),
            why: `only these of ${readable.length} tables have the label`,
          },
        ]
      : []),
  ];
};

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

const TRUE_NAMES = /^(y_?true|true|actual|label|labels|target|y|y_test|ground_truth|expected|truth)$/i;
const SCORE_NAMES = /^(proba(bility)?|y_?(prob|proba|score)|scores?|pred_?proba|confidence)$/i;

const predictions: Rule = ({ evaluate }) => {
  const columns = evaluate?.script.written_columns.find((names) => names.some(isPrediction));
  if (evaluate === undefined || columns === undefined) return [];
  const named = {
    label: columns.find((name) => TRUE_NAMES.test(name)),
    prediction: columns.find(isPrediction),
    score: columns.find((name) => SCORE_NAMES.test(name)),
  };
  const why = `${evaluate.script.path} writes it so`;
  const [table, ...others] = evaluate.script.written_tables;
  const isNamed = table === undefined || others.length > 0 || /^predictions\.(csv|parquet)$/.test(table);
  return [
    ...(isNamed ? [] : [{ path: ["predictions", "files"], value: [table], why }]),
    ...Object.entries(named).flatMap(([key, column]) =>
      column === undefined || column === key ? [] : [{ path: ["predictions", key], value: column, why }],
    ),
  ];
};

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
const RULES: readonly Rule[] = [commands, mlflowSettings, serving, data, evaluation, predictions, gates];
