import { posix } from "node:path";
import type { EntryPoint } from "../project/commands/entry-point.ts";
import { counted } from "../text.ts";
import { wantsFile } from "./arguments.ts";
import type { Findings, Script, ScriptCommand } from "./findings.ts";
import { writesModel } from "./plan.ts";
import { guess, missing, type Remark } from "./remark.ts";

/** Whether a command of the project can be carried out, as far as the text of its program says it. */
export function checkCommand(entry: EntryPoint, findings: Findings): Remark[] {
  const program = programIn(entry, findings);
  if (program === undefined) return [];
  if (typeof program === "string") return [missing(`${entry.title} runs ${program}, which the project does not have`)];
  return checkArguments(entry, program.script, program.rest);
}

export interface Program {
  readonly script: Script;
  /** What it is told. */
  readonly rest: readonly string[];
}

/** Why nobody would find the model that a command trains: it is not said where it is, or the program keeps none. */
export function modelProblem(entry: EntryPoint, findings: Findings): string {
  const program = programIn(entry, findings);
  return typeof program === "object" && !writesModel(findings, program.script)
    ? `${program.script.path} keeps no model, as far as its text says: have it write one to a folder, and name that in output-folder of commands.train`
    : `${entry.title} is not told {model}, and has no output-folder: nobody would find the model that it writes`;
}

/** The program that a command runs; its name where the project lacks it; undefined for one that is not the project's. */
export function programIn({ args, env, folder = "." }: EntryPoint, findings: Findings): Program | string | undefined {
  const [program = "", ...rest] = args;
  if (!/^(.*\/)?python[\d.]*$/.test(program)) return undefined;
  const first = rest.findIndex((word, index) => !word.startsWith("-") && rest[index - 1] !== "-c");
  const word = rest[first];
  if (word === undefined) return undefined;
  const after = rest.slice(first + 1);
  if (rest[first - 1] !== "-m") {
    const path = posix.normalize(posix.join(folder, word));
    return scriptAt(findings, [path], after) ?? (word.endsWith(".py") ? path : undefined);
  }
  const roots = [folder, "src", ...(env.PYTHONPATH ?? "").split(":").map((root) => posix.join(folder, root))];
  const place = word.replaceAll(".", "/");
  const paths = roots.flatMap((root) => [`${place}.py`, `${place}/__main__.py`].map((path) => posix.join(root, path)));
  const isOwn = roots.some((root) => {
    const top = posix.join(root, place.split("/")[0] ?? "");
    return findings.files.some((path) => path === `${top}.py` || path.startsWith(`${top}/`));
  });
  return (
    scriptAt(findings, paths, after) ??
    (isOwn && !paths.some((path) => findings.files.includes(path)) ? word : undefined)
  );
}

/** The program whose application a server's program is told: `app/main.py` of `uvicorn app.main:app`. */
export function servedIn({ args }: EntryPoint, { scripts }: Findings): Pick<Program, "script"> | undefined {
  const modules = args.flatMap((word) => /^([\w.]+):\w+(\(\))?$/.exec(word)?.[1] ?? []);
  const script = scripts.find(
    ({ path, server }) =>
      server !== null && modules.some((name) => `/${path}`.endsWith(`/${name.replaceAll(".", "/")}.py`)),
  );
  return script === undefined ? undefined : { script };
}

function scriptAt({ scripts }: Findings, paths: readonly string[], rest: readonly string[]): Program | undefined {
  const script = scripts.find(({ path }) => paths.includes(path));
  return script === undefined ? undefined : { script, rest };
}

/** The one of its commands that a program is told. */
export const commandIn = ({ script: { commands }, rest }: Program): ScriptCommand | undefined =>
  commands.find(({ word }) => word !== "" && word === rest[0]) ?? commands.find(({ word }) => word === "");

/** What a program is told for an argument. */
export function valueIn(words: readonly string[], name: string): string | undefined {
  const index = words.findIndex((word) => word === name || word.startsWith(`${name}=`));
  return index < 0 ? undefined : words[index] === name ? words[index + 1] : words[index]?.slice(name.length + 1);
}

/** What a program must be told and is not, and what it is told and does not know. */
function checkArguments({ title }: EntryPoint, script: Script, rest: readonly string[]): Remark[] {
  const { path, by, commands } = script;
  if (!["argparse", "click", "typer"].includes(by)) return [];
  const command = commandIn({ script, rest });
  if (command === undefined) {
    return [missing(`${title} says none of the commands of ${path}: ${commands.map(({ word }) => word).join(", ")}`)];
  }
  const told = rest.filter((word) => word.startsWith("--")).map((word) => word.split("=")[0] ?? "");
  const known = command.arguments.map(({ name }) => name);
  // argparse takes the beginning of a name for the name.
  const unknown = told.filter((name) => !known.some((one) => one === name || one.startsWith(name)));
  const needed = command.arguments
    .filter(({ kind, required }) => required && kind === "option")
    .map(({ name }) => name);
  const lacking = needed.filter((name) => !told.includes(name));
  const folders = command.arguments.filter(
    (argument) => valueIn(rest, argument.name) === "{data}" && wantsFile(argument, script.used_as),
  );
  return [
    ...folders.map(({ name }) =>
      guess(
        `${path} seems to want a file for ${name}, and ${title} tells it a folder, {data}: name the table, as in {data}/train.csv`,
      ),
    ),
    ...(unknown.length === 0 ? [] : [missing(`${path} has no ${unknown.join(", ")}, which ${title} tells it`)]),
    ...(lacking.length === 0
      ? []
      : [
          missing(
            `${path} needs ${lacking.join(", ")}, ${counted(lacking.length, "argument")} that ${title} does not tell it`,
          ),
        ]),
  ];
}
