import { posix } from "node:path";
import { splitWords } from "../config/command-words.ts";
import { DATA_FOLDER, type DataCommand, placeInData } from "../project/commands/data-folders.ts";
import { type CommandLine, commandLine, commandValue } from "./command-line.ts";
import { dataPrograms, type Entry, speaksOf } from "./entry-points.ts";
import { dataOf, type Findings, isTable, type Script } from "./findings.ts";
import type { Setting } from "./setting.ts";

/* Programs that bring the data, and that make of them what is trained on: only where what training reads is not there. */

/** What brings and makes the data. */
export interface DataSteps {
  /** `commands.fetch` and `commands.prepare`. */
  readonly settings: readonly Setting[];
  /** Tables that are made, by their paths in the data. */
  readonly made: readonly string[];
  /** The programs of the settings. */
  readonly scripts: readonly Script[];
}

/** What uses the data. */
export interface Users {
  /** The programs that train and evaluate. */
  readonly entries: readonly Entry[];
  /** They, with what they import. */
  readonly scripts: readonly Script[];
}

/** The steps before training, for a project whose checkout lacks what its training or its evaluation reads. */
export function dataSteps(findings: Findings, users: Users): DataSteps {
  const programs = dataPrograms(findings, new Set(users.scripts.map(({ path }) => path)));
  const [fetch] = programs.fetch;
  const isEmpty = !hasData(findings);
  const makes = (entry: Entry): boolean => lackingBut(findings, users, entry).length > 0;
  // By whatever name, what writes the files that training lacks comes before it.
  const named = programs.prepare.filter((entry) => entry.script.path !== fetch?.script.path);
  const prepare = named.find(makes) ?? (isEmpty ? named[0] : undefined) ?? programs.others.find(makes);
  const chosen = [
    ...(fetch === undefined || !isEmpty ? [] : [{ purpose: "fetch", entry: fetch } as const]),
    ...(prepare === undefined ? [] : [{ purpose: "prepare", entry: prepare } as const]),
  ];
  const steps = chosen.map(({ purpose, entry }) =>
    settingOf(findings, purpose, entry, lackingBut(findings, users, entry)),
  );
  return {
    settings: steps.map(({ setting }) => setting),
    scripts: chosen.map(({ entry }) => entry.script),
    made: prepare === undefined ? [] : madeTables(findings, prepare, steps.at(-1)?.folder),
  };
}

/** The tables that a program makes, by their paths in the data; those of which only the names are known are at the top of its folder. */
function madeTables(findings: Findings, entry: Entry, folder: string | undefined): string[] {
  const top = placeInData(folder, dataOf(findings)?.folder || DATA_FOLDER);
  const made = [...entry.script.writes, ...spokenFor(findings, entry).flatMap(({ outs }) => outs)].filter(isTable);
  const below = (path: string): string =>
    folder !== undefined && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : posix.basename(path);
  return [...new Set(made.map((path) => posix.join(top, below(posix.normalize(path)))))];
}

/** Files of version control, and words about the data. */
const NO_DATA = /^$|^\.(dvc|md|txt|gitignore|gitkeep|py)$/;

/** Whether the project has data, of whatever kind. */
export const hasData = (findings: Findings): boolean =>
  Object.entries(dataOf(findings)?.endings ?? {}).some(([ending, count]) => count > 0 && !NO_DATA.test(ending));

/** What training or evaluation reads and the checkout lacks, of that which a program makes. */
function lackingBut(findings: Findings, users: Users, entry: Entry): string[] {
  const made = [...entry.script.writes, ...spokenFor(findings, entry).flatMap(({ outs }) => outs)];
  return lackingIn(findings, users).filter((one) =>
    made.some(
      (path) =>
        posix.basename(one) === posix.basename(path) ||
        one.startsWith(`${path}/`) ||
        posix.normalize(path).startsWith(`${one}/`),
    ),
  );
}

/** What training or evaluation reads and the checkout lacks. */
export function lackingIn(findings: Findings, { entries, scripts }: Users): string[] {
  const there = new Set(
    [...(dataOf(findings)?.tables ?? []).map(({ path }) => path), ...findings.files].map((path) =>
      posix.basename(path),
    ),
  );
  const wanted = [
    ...scripts.flatMap(({ reads, folders }) => [...reads, ...folders]),
    ...entries.flatMap(({ command }) =>
      (command?.arguments ?? []).flatMap(({ default: text }) => (text === null ? [] : [text])),
    ),
    ...findings.commands
      .filter(({ text }) => entries.some(({ script }) => speaksOf(text, script.path)))
      .flatMap(({ deps }) => deps),
  ];
  return wanted.filter(
    (path) => !there.has(posix.basename(path)) && !findings.files.some((file) => file.startsWith(`${path}/`)),
  );
}

/** The commands of the project's own files that run a program, those of DVC and make first. */
const spokenFor = ({ commands }: Findings, { script }: Entry): Findings["commands"] =>
  commands
    .filter(({ text }) => speaksOf(text, script.path))
    .sort((a, b) => Number(b.stage !== "") - Number(a.stage !== ""));

/** A command of the data as a setting, and the folder that it writes to where it is told none. */
function settingOf(
  findings: Findings,
  purpose: DataCommand,
  entry: Entry,
  lacking: readonly string[],
): { readonly setting: Setting; readonly folder?: string | undefined } {
  const { script } = entry;
  const line = commandLine(entry, purpose, { findings, tables: dataOf(findings)?.tables ?? [] });
  const does = purpose === "fetch" ? "brings the data" : "makes of the data what is trained on";
  const place = purpose === "fetch" ? "data" : "output";
  const path = ["commands", purpose];
  if (line.told.has(place) && line.unknown.length === 0) {
    return { setting: { path, value: commandValue(line), why: `${script.path} ${does}` } };
  }
  const said = saidBy(findings, entry);
  const wanted = script.writes.filter((path) => lacking.some((one) => posix.normalize(path).startsWith(`${one}/`)));
  const folder = said?.folder ?? writtenFolder(wanted.length > 0 ? wanted : script.writes);
  const words = said?.words ?? line.words;
  const isKnown =
    folder !== undefined && (said !== undefined || (line.unknown.length === 0 && script.by !== "sys.argv"));
  const value = commandValue({ words, env: line.env }, { "output-folder": folder ?? "…" });
  const where = said === undefined ? "" : `, as ${said.where} says`;
  const setting: Setting = isKnown
    ? { path, value, why: `${script.path} ${does}${where}` }
    : { path, value, why: `${script.path} ${does}: where to, and what must it be told?`, open: true };
  return { setting, folder };
}

interface Said extends Pick<CommandLine, "words"> {
  readonly folder: string | undefined;
  readonly where: string;
}

/** How the project itself runs a program, in the words of its own files. */
function saidBy(findings: Findings, entry: Entry): Said | undefined {
  for (const { path, line, text, outs } of spokenFor(findings, entry)) {
    const split = splitWords(text);
    if ("problem" in split) continue;
    const { words } = split;
    const last = words.at(-1);
    const isTold = words.length > 2 && last !== undefined && /\//.test(last) && !last.endsWith(".py");
    const [out = isTold ? last : undefined] = outs;
    return { words, folder: out === undefined ? undefined : folderOf(out), where: `${path}, line ${line},` };
  }
  return undefined;
}

/** The folder of a path: what has an ending is a file in one. */
const folderOf = (path: string): string => {
  const plain = posix.normalize(path).replace(/\/$/, "");
  return posix.extname(plain) === "" ? plain : posix.dirname(plain);
};

/** The one folder that a program writes all its data to; undefined where the text does not say it, or it is none of the project. */
function writtenFolder(writes: readonly string[]): string | undefined {
  const folders = [...new Set(writes.map((path) => posix.dirname(posix.normalize(path))))];
  const [first = "", ...others] = folders;
  const common = others.reduce((above, one) => commonFolder(above, one), first);
  return folders.length === 0 || /^(\.|\?|\.\.|\/)/.test(common) || common === "" ? undefined : common;
}

function commonFolder(one: string, other: string): string {
  const [left, right] = [one.split("/"), other.split("/")];
  const end = left.findIndex((part, index) => part !== right[index]);
  return left.slice(0, end < 0 ? left.length : end).join("/");
}
