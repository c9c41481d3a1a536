import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../../local/sandbox/programs.ts";

/** The script that enters the engine's namespaces as whoever runs it. */
export const enter = join(import.meta.dirname, "scenarios/enter.ts");

/** A user of this machine. */
export interface Person {
  readonly uid: string;
  readonly name: string;
}

export const nobody: Person = { uid: "65534", name: "nobody" };

const isRoot = process.getuid?.() === 0;

/** Finds a user of this machine who has subordinate ids, and so may have many ids in a namespace. */
export function withSubordinateIds(): Person | undefined {
  if (!isRoot || !findProgram("newuidmap")) return undefined;
  const names = readFileSync("/etc/subuid", "utf8")
    .split("\n")
    .map((line) => line.split(":")[0]);
  const rows = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"));
  const row = rows.find(([name, , uid]) => names.includes(name) && uid !== "0");
  return row?.[2] && row[0] ? { uid: row[2], name: row[0] } : undefined;
}

/** Gives the words before a command that run it as a person whose home is `home`. */
export const become = ({ uid, name }: Person, home: string): readonly string[] => [
  ...["setpriv", "--reuid", uid, "--regid", uid, "--clear-groups", "--"],
  ...["env", `HOME=${home}`, `USER=${name}`],
];

/** Says whether tests can run as this person, who can read the project and make namespaces here. */
export const can = (person: Person): boolean =>
  isRoot &&
  spawnSync("setpriv", [
    ...become(person, "/").slice(1),
    ...["sh", "-c", 'test -r "$1" && unshare --user --mount true', "sh", enter],
  ]).status === 0;
