import type { Entry } from "./entry-points.ts";
import type { Findings } from "./findings.ts";
import { type Plan, reached } from "./plan.ts";
import { missing, type Remark } from "./remark.ts";
import type { Setting } from "./setting.ts";

/* Code that git ignores and the project's programs need: many a `.gitignore` has `lib/` or `data/` for other things than this project's. */

/** Ignored files and folders that programs need, each with a program that does. */
export function ignoredCode(
  findings: Pick<Findings, "scripts" | "ignored">,
  entries: readonly (Pick<Entry, "script"> | undefined)[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of entries) {
    for (const { path } of reached(findings, [entry])) {
      const by = findings.ignored.find((one) => path === one || path.startsWith(`${one}/`));
      if (by !== undefined && entry !== undefined && !found.has(by)) found.set(by, entry.script.path);
    }
  }
  return found;
}

/** `image.include`, for ignored code that training, evaluation or the server needs. */
export function includedCode({ findings, train, evaluate, serve, check }: Plan): Setting[] {
  const code = ignoredCode(findings, [train, evaluate, serve, check]);
  const [first] = code;
  if (first === undefined) return [];
  const [path, script] = first;
  const why = path === script ? "and it is run" : `and ${script} needs it`;
  return [{ path: ["image", "include"], value: [...code.keys()], why: `.gitignore names ${path}, ${why}` }];
}

/** Ignored code that a named program needs and no stage gets. */
export const missingCode = (
  findings: Findings,
  entries: readonly (Pick<Entry, "script"> | undefined)[],
  leftOut: readonly string[],
): Remark[] =>
  [...ignoredCode(findings, entries)]
    .filter(([path]) => leftOut.some((one) => one === path || one.startsWith(`${path}/`)))
    .map(([path, script]) =>
      missing(
        `${script} needs ${path}, which .gitignore keeps out: image.include = [${JSON.stringify(path)}] takes it back`,
      ),
    );
