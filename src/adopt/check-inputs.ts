import { posix } from "node:path";
import type { Project } from "../project/project.ts";
import { programIn } from "./check-command.ts";
import { lackingIn } from "./data-commands.ts";
import { dataOf, type Findings } from "./findings.ts";
import { reached } from "./plan.ts";
import { guess, type Remark } from "./remark.ts";

const SHOWN = 3;

/** What training reads and the checkout lacks, where no command brings or makes it, as far as the text of its program says it. */
export function checkInputs({ entryPoints }: Pick<Project, "entryPoints">, findings: Findings): Remark[] {
  const { fetch, prepare, train } = entryPoints;
  const program = train === undefined ? undefined : programIn(train, findings);
  if (fetch !== undefined || prepare !== undefined || typeof program !== "object") return [];
  const scripts = reached(findings, [program]);
  const folders = scripts.flatMap((script) => script.folders);
  // What a program writes first may be what it reads later.
  const made = scripts.flatMap(({ writes, saves }) => [...writes, ...saves.map(({ path }) => path)]).map(folderOf);
  const isGiven = (path: string): boolean => dataOf(findings)?.folder === "" && /^data(\/|$)/.test(path);
  const lacking = lackingIn(findings, { entries: [], scripts })
    .filter((path) =>
      folders.includes(path) ? !made.includes(path) : path.includes("/") && !made.includes(folderOf(path)),
    )
    .filter((path) => !path.startsWith("?") && !isGiven(posix.normalize(path)));
  const some = [...new Set(lacking)];
  if (some.length === 0) return [];
  const shown = `${some.slice(0, SHOWN).join(", ")}${some.length > SHOWN ? ` and ${some.length - SHOWN} more` : ""}`;
  return [
    guess(
      `${program.script.path} reads ${shown}, which the checkout lacks: commands.prepare or commands.fetch names what makes or brings it`,
    ),
  ];
}

const folderOf = (path: string): string => posix.dirname(posix.normalize(path));
