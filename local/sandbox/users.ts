import { readFileSync } from "node:fs";
import { pathInRoot } from "./path-in-root.ts";

export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
}

type Row = readonly string[];

/** Reads a colon-separated file of the container. A missing file has no rows. */
function rows(root: string, path: string): readonly Row[] {
  try {
    return readFileSync(pathInRoot(root, path), "utf8")
      .split("\n")
      .map((line) => line.split(":"));
  } catch {
    // An image without this file has no names.
    return [];
  }
}

const numeric = /^\d+$/;

function findId(table: readonly Row[], name: string, kind: string): number {
  const row = table.find((candidate) => candidate[0] === name);
  if (row?.[2] !== undefined && numeric.test(row[2])) return Number(row[2]);
  if (numeric.test(name)) return Number(name);
  throw new Error(`There is no ${kind} ${JSON.stringify(name)} in the container.`);
}

/**
 * Looks up `name`, `uid`, `name:group` or `uid:gid` in a container's own files. Default: root.
 * | @throws Error for an unknown name
 */
export function lookUpUser(root: string, text: string | undefined): User {
  const [name = "", group] = (text || "0").split(":", 2);
  const passwd = rows(root, "/etc/passwd");
  const uid = findId(passwd, name === "" ? "0" : name, "user");
  const row = passwd.find((candidate) => candidate[2] === String(uid));
  const table = rows(root, "/etc/group");
  const primaryGroup = row?.[3] !== undefined && numeric.test(row[3]) ? Number(row[3]) : 0;
  const gid = group ? findId(table, group, "group") : primaryGroup;
  const member = row?.[0];
  const groups = group || !member ? [] : table.filter((candidate) => candidate[3]?.split(",").includes(member));
  return {
    uid,
    gid,
    groups: groups.map((candidate) => Number(candidate[2])).filter((id) => Number.isInteger(id) && id !== gid),
    home: row?.[5] || (uid === 0 ? "/root" : "/"),
  };
}
