import { posix } from "node:path";
import { splitWords } from "../config/command-words.ts";
import { shellWords } from "../containers/command-words.ts";
import { type CommandName, PLACEHOLDERS } from "../project/commands/settings.ts";
import { hasSourceLayout } from "../project/packages.ts";
import { isHeldOut, rolesOf, useOf, wantsFile } from "./arguments.ts";
import { isPrediction } from "./columns.ts";
import { type Entry, moduleOf, speaksOf } from "./entry-points.ts";
import type { Argument, Findings, Script } from "./findings.ts";
import { HELD_OUT_NAME, patternFor } from "./read-together.ts";
import type { Value } from "./setting.ts";
import { type DataTable, folderFor, isOtherData, type ToldData, tableFor } from "./told-data.ts";
import { settingsFile } from "./told-settings.ts";
import { workingFolder } from "./working-folder.ts";

export interface CommandLine {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder that it runs in; the project's own when absent. */
  readonly folder?: string | undefined;
  /** Arguments that must be given, and of which nothing says what they are. */
  readonly unknown: readonly string[];
  /** What it is told, by the name in braces. */
  readonly told: ReadonlySet<string>;
  /** The file that the model is told to be written to, below its folder; empty for one that is told a folder. */
  readonly modelFile: string;
  /** The data that it is told, by its arguments. */
  readonly data: readonly ToldData[];
  /** The file of settings that it is told; undefined where it is told none. */
  readonly settings: string | undefined;
}

/** What is known of a project where a program of it is called. */
export interface Around {
  readonly findings: Findings;
  readonly tables: readonly DataTable[];
  /** The column that is predicted, where it is known. */
  readonly label?: string | undefined;
  /** Tables that are made before, by their paths in the data. */
  readonly made?: readonly string[];
  /** The data that training is told. */
  readonly trained?: readonly ToldData[];
}

/** How a program is called for a purpose, told what it can be told. */
export function commandLine({ script, command }: Entry, purpose: CommandName, around: Around): CommandLine {
  const { findings } = around;
  const { program, env, folder } = placed(script, purpose, findings);
  const args = command?.arguments ?? [];
  const roles = rolesOf(args, purpose, script.used_as);
  const known: readonly string[] = PLACEHOLDERS[purpose];
  const said = spokenValues(findings, script);
  const words: string[] = [...program, ...(command === undefined || command.word === "" ? [] : [command.word])];
  const unknown: string[] = [];
  const told = new Set<string>();
  const data: ToldData[] = [];
  let modelFile = "";
  let settings: string | undefined;
  for (const argument of args) {
    const role = roles.get(argument);
    if (role !== undefined && known.includes(role)) {
      const isFile = wantsFile(argument, script.used_as);
      const file = isFile
        ? fileFor(argument, role, around, purpose, script)
        : role === "data"
          ? folderFor(argument, findings)
          : "";
      if (role === "model") modelFile ||= file;
      if (role === "data") data.push({ argument, path: file, isFile });
      const trained = purpose === "evaluate" && role === "data" ? around.trained : undefined;
      const isOpen = role === "data" && isFile && file === "" && around.tables.length > 1 && !argument.several;
      if (isOpen || trained?.some((one) => isOtherData(one, { argument, path: file, isFile }))) {
        unknown.push(argument.name);
        words.push(...typed(argument, "…"));
        continue;
      }
      told.add(role);
      const values = (several(argument, role, around, script) ?? [file]).map(
        (one) => `{${role}}${one === "" ? "" : `/${one}`}`,
      );
      words.push(...typed(argument, ...values));
      continue;
    }
    const file =
      purpose === "serve" || folder !== undefined ? undefined : settingsFile(argument, purpose, findings, script);
    if (file !== undefined) {
      settings ??= file;
      words.push(...typed(argument, file));
    } else if (purpose === "train" && keepsModel(argument)) {
      words.push(argument.name);
    } else if (argument.required) {
      const value = said.get(argument.name);
      if (value === undefined) unknown.push(argument.name);
      words.push(...typed(argument, escaped(value ?? "…")));
    }
  }
  return { words, env, unknown, told, modelFile, data, settings, ...(folder === undefined ? {} : { folder }) };
}

/** A program that keeps its model only if it is told to. */
const keepsModel = ({ name, kind, default: text }: Argument): boolean =>
  kind === "flag" &&
  text !== "True" &&
  /^--(save|save[-_]model|keep[-_]model|export|export[-_]model|persist)$/.test(name);

/** Braces are doubled, since they would be names. */
const escaped = (text: string): string => text.replaceAll(/\{([a-z-]+)\}/g, "{{$1}}");

function fileFor(
  argument: Argument,
  role: string,
  { tables, made = [], label }: Around,
  purpose: CommandName,
  { writes, used_as: uses, written_columns: columns }: Script,
): string {
  const [only, ...others] = writes.map((path) => posix.basename(path)).filter((name) => name !== "?");
  const isMade = (purpose === "fetch" && role === "data") || (purpose === "prepare" && role === "output");
  const byDefault = argument.default === null ? undefined : posix.basename(argument.default);
  if (isMade) return byDefault ?? (others.length === 0 ? (only ?? "") : "");
  if (role === "data") {
    return (
      (useOf(argument, uses) === "pattern" ? patternFor(argument, tables) : undefined) ??
      tableFor(argument, tables, purpose, { made, label }) ??
      ""
    );
  }
  // Where the pipeline looks for a table of predictions.
  if (role === "output" && useOf(argument, uses) === "table" && columns.some((names) => names.some(isPrediction))) {
    return posix.extname(byDefault ?? "") === ".parquet" ? "predictions.parquet" : "predictions.csv";
  }
  if (argument.default !== null && /\.[a-z][a-z0-9]{1,8}$/i.test(argument.default))
    return posix.basename(argument.default);
  return role === "model" ? "model.pkl" : role === "output" ? "metrics.json" : "";
}

/** All tables that are read as one, for an argument of data that takes several files. */
function several(
  argument: Argument,
  role: string,
  { tables }: Around,
  script: Pick<Script, "path" | "used_as">,
): readonly string[] | undefined {
  if (role !== "data" || !argument.several || isHeldOut(argument) || !wantsFile(argument, script.used_as))
    return undefined;
  const parts = tables.map(({ path }) => path).filter((path) => !HELD_OUT_NAME.test(posix.basename(path)));
  return parts.length > 1 ? parts : undefined;
}

function typed({ name, kind }: Argument, ...values: readonly string[]): string[] {
  if (kind === "place") return [...values];
  return kind === "override" ? [`${name}=${values.join(" ")}`] : [name, ...values];
}

/** How a program is started, in the folder that it has to be run in. */
function placed(
  script: Script,
  purpose: CommandName,
  findings: Findings,
): Pick<CommandLine, "env" | "folder"> & { readonly program: readonly string[] } {
  const { program, env } = programOf(script, findings.files);
  const isFile = program[1] === script.path && Object.keys(env).length === 0;
  const folder = isFile && purpose === "train" ? workingFolder(script, findings) : undefined;
  return folder === undefined ? { program, env } : { program: ["python", posix.basename(script.path)], env, folder };
}

/** How Python is told which program to run, and where it finds the modules that it imports. */
export function programOf(
  { path, roots, relative_imports: isRelative }: Script,
  files: readonly string[],
): { readonly program: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const own = posix.dirname(path);
  // The pipeline itself puts packages of src/ on the path.
  const isFound =
    hasSourceLayout(
      files.filter((file) => file.endsWith(".py")),
      false,
    ) && roots.every((root) => [own, ".", "src"].includes(root));
  const pythonPath = (folders: readonly string[]): CommandLine["env"] => (isFound ? {} : pathVariable(folders));
  // A folder above it from which its package is imported.
  const above = roots.find((root) => root !== own && (root === "." || path.startsWith(`${root}/`)));
  const asModule = isRelative || posix.basename(path) === "__main__.py" || above !== undefined;
  if (!asModule) return { program: ["python", path], env: pythonPath(roots.filter((root) => root !== own)) };
  const root = above ?? packageRoot(path, files);
  const module = moduleOf(root === "." ? path : path.slice(root.length + 1));
  return {
    program: ["python", "-m", module],
    // Python finds what is in the folder that it is started in.
    env: pythonPath([...new Set([root, ...roots])].filter((folder) => folder !== ".")),
  };
}

/** The variable that puts folders on Python's path. */
export const pathVariable = (folders: readonly string[]): Readonly<Record<string, string>> =>
  folders.length === 0 ? {} : { PYTHONPATH: folders.join(":") };

/** The first folder above a file that is no package. */
function packageRoot(path: string, files: readonly string[]): string {
  let folder = posix.dirname(path);
  while (folder !== "." && files.includes(`${folder}/__init__.py`)) folder = posix.dirname(folder);
  return folder === posix.dirname(path) ? posix.dirname(folder) : folder;
}

/** Values of arguments in commands that the project's own files have. */
function spokenValues({ commands }: Findings, { path }: Script): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { text } of commands) {
    if (!speaksOf(text, path)) continue;
    const split = splitWords(text);
    const words = "words" in split ? split.words : [];
    words.forEach((word, index) => {
      const [name = "", value] = word.split(/=(.*)/s);
      const next = value ?? words[index + 1];
      if (name.startsWith("-") && next !== undefined && !next.startsWith("-") && !values.has(name))
        values.set(name, next);
    });
  }
  return values;
}

/** A command as a setting: a line where a line can say it, or a table. */
export function commandValue(
  { words, env, folder }: Pick<CommandLine, "words" | "env" | "folder">,
  more: Readonly<Record<string, Value>> = {},
): Value {
  const line = words.map((word) => (/^[\w@%+=:,./{}-]+$/.test(word) ? word : shellWords([word]))).join(" ");
  const split = splitWords(line);
  const command = "words" in split && split.words.join("\0") === words.join("\0") ? line : words;
  const around = {
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(folder === undefined ? {} : { folder }),
    ...more,
  };
  return Object.keys(around).length === 0 ? command : { command, ...around };
}
