import { posix } from "node:path";
import { CONVENTION, type ScriptName } from "../project/commands/entry-point.ts";
import { type CommandLine, commandValue, pathVariable } from "./command-line.ts";
import { moduleOf } from "./entry-points.ts";
import type { Script } from "./findings.ts";
import { type Chosen, folderIn, type Plan, writesModel, writesPredictions } from "./plan.ts";
import type { Setting, Value } from "./setting.ts";
import { stubsOf } from "./stubs/stubs.ts";

/* How the programs of a project are called: `[tool.ml-pipeline.commands]`. */

const PURPOSES = ["train", "evaluate", "serve"] as const;

/** The commands that a project has by other names than those of the convention. */
export const commands = (plan: Plan): Setting[] => [
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
  const served =
    purpose === "serve"
      ? besideModel(plan, withModelVariable(plan, serverCommand(chosen) ?? withPort(chosen), chosen), chosen)
      : undefined;
  const folder = purpose === "train" ? outputFolder(plan, chosen) : undefined;
  const value = served ?? commandValue(line, folder === undefined ? {} : { "output-folder": folder });
  if (isConvention(purpose, value, script)) return [];
  if (line.unknown.length > 0 && (purpose !== "serve" || serverCommand(chosen) === undefined)) {
    return [
      {
        path,
        value,
        why: `say what ${line.unknown.join(", ")} of ${script.path} is${dataOfOpen(plan, line)}`,
        open: true,
      },
    ];
  }
  const others = plan.candidates[purpose]
    .filter((one) => one.script.path !== script.path)
    .map((one) => one.script.path);
  return [
    {
      path,
      value,
      why:
        whyOf(
          ...([purpose, chosen, folder !== undefined, writesModel(plan.findings, script)] as const),
          writesPredictions(plan.findings, script),
        ) + (others.length === 0 ? "" : ` (others: ${others.slice(0, 3).join(", ")})`),
    },
  ];
}

const SHOWN = 4;

/** What data may be meant where nobody can tell: one of several, or for an evaluation others than those that training reads. */
function dataOfOpen({ tables }: Plan, { data, unknown }: CommandLine): string {
  const lacking = data.find(({ argument }) => unknown.includes(argument.name));
  if (lacking === undefined) return "";
  if (lacking.isFile && lacking.path === "") {
    const paths = tables.slice(0, SHOWN).map(({ path }) => `{data}/${path}`);
    return `: ${paths.join(", ")}${tables.length > SHOWN ? " …" : ""}?`;
  }
  const { default: wanted } = lacking.argument;
  return `: ${wanted === null ? "rows that the model has not seen" : `${wanted} is not there, and nothing is known to make it`}; ${lacking.path || "the rest"} is what training reads`;
}

/** Whether a command is what the pipeline runs without any setting. */
function isConvention(purpose: ScriptName, value: Value, { path, roots }: Script): boolean {
  const { module, args } = CONVENTION[purpose];
  // A program that imports nothing of the project runs as its module as well.
  const programs = [["-m", module], ...(roots.length === 0 && moduleOf(path) === module ? [[path]] : [])];
  return (
    typeof value === "string" &&
    programs.some((program) => sorted(value.split(" ")) === sorted(["python", ...program, ...args]))
  );
}

/** The order of options does not matter. */
const sorted = (words: readonly string[]): string =>
  words
    .join(" ")
    .split(/ (?=--)/)
    .sort()
    .join(" ");

function whyOf(
  purpose: ScriptName,
  { script, line }: Chosen,
  isPlaced: boolean,
  writes: boolean,
  writesTable: boolean,
): string {
  const told = (["data", "model", "epochs", "output"] as const).filter((name) => line.told.has(name));
  if (purpose === "serve")
    return `${script.path} answers requests${script.server === null ? "" : ` (${script.server.by})`}`;
  if (purpose === "train" && !line.told.has("model") && !isPlaced) {
    return writes
      ? `${script.path} trains; where it writes the model is not known: add output-folder`
      : `${script.path} trains, and keeps no model: have it write one to a folder, and add output-folder`;
  }
  const does = purpose === "train" ? "trains" : purpose === "evaluate" ? "evaluates" : "checks the data";
  if (line.settings !== undefined && told.length === 0)
    return `${script.path} ${does}, by the settings that it is told`;
  return told.length === 0 && purpose !== "validate-data"
    ? `${script.path} ${does}, and reads no arguments that say where its files are`
    : `${script.path} ${does}${purpose === "evaluate" && !writesTable ? ", and writes no table of predictions: gates that need one are skipped" : ""}`;
}

/** Where training writes its model whatever it is told, or else where the server reads it whatever it is told. */
function outputFolder({ saved, loaded }: Plan, { line }: Chosen): string | undefined {
  const folder = line.told.has("model") ? folderIn(loaded) : folderIn(saved);
  return folder === undefined || folder === "." || (folder === "models" && line.told.has("model")) ? undefined : folder;
}

/** How the server of a framework is started on the port that the pipeline asks for. */
export function serverCommand({ script, line }: Chosen): Pick<CommandLine, "words" | "env"> | undefined {
  const { server, path } = script;
  if (server === null) return undefined;
  if (server.starts && (server.port_variable === "PORT" || line.told.has("port"))) return undefined;
  // What its main part does before it starts is not done where the application is only imported.
  if (server.starts && server.open && server.port !== "" && server.before.length > 0) return undefined;
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

/** A program that reads its port from a variable of its own is told it there. */
function withPort({ script: { server }, line }: Chosen): Pick<CommandLine, "words" | "env"> {
  const variable = server?.port_variable ?? "";
  return ["", "PORT"].includes(variable) ? line : { words: line.words, env: { ...line.env, [variable]: "{port}" } };
}

/** A server that reads where its model is from a variable, and nowhere else, is told it there. */
function withModelVariable(
  { loaded, saved }: Plan,
  { words, env }: Pick<CommandLine, "words" | "env">,
  { script: { environment } }: Chosen,
): Pick<CommandLine, "words" | "env"> {
  const [variable, ...others] = environment.filter((name) => MODEL_VARIABLE.test(name));
  const file = posix.basename(saved?.path ?? "");
  const isFolder = variable !== undefined && /_(DIR|FOLDER|ROOT)$/.test(variable);
  const isKnown = loaded !== undefined && loaded.path !== "" && !loaded.path.startsWith("?/");
  if (variable === undefined || others.length > 0 || isKnown || (!isFolder && ["", "?"].includes(file))) {
    return { words, env };
  }
  return { words, env: { ...env, [variable]: isFolder ? "{model}" : `{model}/${file}` } };
}

/** `MODEL_DIR` alone is what the pipeline itself says. */
const MODEL_VARIABLE = /^(?!MODEL_DIR$)(\w+_)?MODEL(_FILE|_WEIGHTS)?_?(PATH|FILE|DIR|FOLDER|ROOT|LOCATION)$/;

/**
 * A server that reads the model beside itself is started in the folder of models, where it finds it by the same name. One that reads
 * `MODEL_DIR` looks there by itself.
 */
function besideModel(plan: Plan, { words, env }: Pick<CommandLine, "words" | "env">, { script }: Chosen): Value {
  if (folderIn(plan.loaded) !== "." || script.environment.includes("MODEL_DIR")) return commandValue({ words, env });
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
