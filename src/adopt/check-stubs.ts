import { guess, type Remark } from "./remark.ts";

/* What init leaves to a person in the programs that it writes. */

/** The lines in a program of init that wait for a person, who removes them. */
const OPEN = /^\s*# (?<text>.* belongs (?:here|there)\b.*|Which .*\?)$/;

/** What the head of such a program has. */
const WRITTEN = "Written by `ml-pipeline init`, and yours";

/**
 * Programs of init in which a person has not said yet what nobody else knows.
 *
 * @param texts of the project's programs, by their paths
 */
export const checkStubs = (texts: Readonly<Record<string, string>>): Remark[] =>
  Object.entries(texts).flatMap(([path, text]) => {
    if (!text.includes(WRITTEN)) return [];
    return text.split(/\r?\n/).flatMap((line, index) => {
      const open = OPEN.exec(line)?.groups?.text;
      return open === undefined
        ? []
        : [guess(`${path}, line ${index + 1}, as init wrote it: ${open} Write it there, and remove the comment`)];
    });
  });
