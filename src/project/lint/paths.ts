import { posix } from "node:path";
import type { EntryPoint, EntryPoints } from "../commands/entry-point.ts";
import { NOT_CODE } from "../packages.ts";
import type { Project } from "../project.ts";
import { mayBeTest } from "../tests.ts";

/** The part of a project that says where its code is. */
type Code = Pick<Project, "packages" | "pythonFiles" | "entryPoints">;

/**
 * What lint looks at where no setting says it: the project's packages; where it has none, its folders of Python and the programs
 * that its commands name, wherever these lie.
 */
export function pathsToLint({ packages, pythonFiles, entryPoints }: Code): readonly string[] {
  if (packages.length > 0) return packages;
  const folders = pythonFiles
    .filter((file) => file.includes("/") && !mayBeTest(file))
    .map((file) => file.split("/")[0] ?? "")
    .filter((folder) => !NOT_CODE.test(folder));
  const within = (file: string): boolean => folders.some((folder) => file.startsWith(`${folder}/`));
  const programs = programsOf(entryPoints, pythonFiles).filter((file) => !within(file));
  return [...new Set([...folders, ...programs])].sort();
}

/** The Python files that commands run, by their paths or as modules. */
function programsOf(entryPoints: EntryPoints, pythonFiles: readonly string[]): string[] {
  const known = new Set(pythonFiles);
  const pathsOf = ({ args, folder = "." }: EntryPoint): string[] =>
    args
      .flatMap((arg, at) => {
        if (args[at - 1] !== "-m") return [arg];
        const path = arg.replaceAll(".", "/");
        return [`${path}.py`, `${path}/__main__.py`];
      })
      .map((path) => posix.join(folder, path));
  return Object.values(entryPoints)
    .flatMap(pathsOf)
    .filter((path) => known.has(path));
}

/** Why there is nothing to look at: no Python at all, or none where code is looked for. */
export function nothingToLint({ pythonFiles }: Pick<Code, "pythonFiles">): string {
  if (pythonFiles.length === 0) return "the project has no Python code";
  const folders = [...new Set(pythonFiles.map((file) => (file.includes("/") ? `${file.split("/")[0]}/` : file)))];
  return `Python is in ${folders.sort().join(", ")} alone, which is not looked at unless lint.folders names it`;
}
