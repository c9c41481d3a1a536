import { posix } from "node:path";
import { LFS_ADVICE } from "../model/manifest.ts";
import { counted, someOf } from "../text.ts";
import type { Findings } from "./findings.ts";
import { guess, ignored, missing, type Remark } from "./remark.ts";

/* Files that are not what their names say. */

/** Settings whose encoding keeps tools from reading them. */
export const checkMarks = ({ marks }: Findings): Remark[] =>
  marks.map(({ path, encoding }) => {
    if (encoding !== "UTF-8")
      return missing(`${path} is in ${encoding}, which nothing here reads as text: save it as UTF-8`);
    const save = "save it as UTF-8 without the mark";
    if (path === "pyproject.toml")
      return missing(
        `${path} begins with a byte order mark (BOM), and Python reads no TOML that does: pytest and black end with "Invalid statement (at line 1, column 1)"; ${save}`,
      );
    return guess(
      posix.extname(path) === ".toml"
        ? `${path} begins with a byte order mark (BOM), and Python reads no TOML that does; ${save}`
        : `${path} begins with a byte order mark (BOM), which some tools take for a part of the first line; ${save}`,
    );
  });

const SHOWN = 3;

/** Data that are pointers of Git LFS, and others that are. */
export function checkPointers({ pointers, data }: Findings): Remark[] {
  const some = (paths: readonly string[]): string => someOf(paths.slice(0, SHOWN), paths.length);
  const ofData = data.flatMap((one) => one.pointers.map((path) => posix.join(one.folder, path)));
  return [
    ...(ofData.length === 0
      ? []
      : [missing(`${some(ofData)}: ${ofData.length === 1 ? "" : "each "}${LFS_ADVICE.replace(/\.$/, "")}`)]),
    ...(pointers.length === 0
      ? []
      : [ignored(`${counted(pointers.length, "pointer")} of Git LFS outside of the data: ${some(pointers)}`)]),
  ];
}
