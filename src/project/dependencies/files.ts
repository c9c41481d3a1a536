import { parseToml } from "../../config/toml.ts";
import { UserError } from "../../errors.ts";
import { isObject } from "../../json.ts";
import type { Repository } from "../repository.ts";
import { poetryDependencies } from "./poetry.ts";

/* The files beside those at the root that an installation reads: requirements that name others, and packages of the project's own. */

/** Texts of requirements files by their paths, and the paths of local packages that they or uv's settings name. */
export interface DependencyFiles {
  readonly requirements: Readonly<Record<string, string>>;
  readonly packages: readonly string[];
}

/** Reads requirements files of a project, and all that they name. A file that is not there is left out: uv says so. */
export async function dependencyFiles(
  { source, root }: Repository,
  roots: readonly string[],
  pyproject: string | undefined,
): Promise<DependencyFiles> {
  const requirements: Record<string, string> = {};
  const packages = new Set(pyproject === undefined ? [] : localSources(pyproject, root));
  const waiting = [...roots];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    if (requirements[path] !== undefined || !(await source.exists(path))) continue;
    const text = await source.file(path).contents();
    requirements[path] = text;
    const named = namedFiles(path, text, root);
    for (const one of named.packages) packages.add(one);
    waiting.push(...named.requirements);
  }
  return { requirements, packages: [...packages].sort() };
}

/**
 * What a requirements file names by a path; all paths are relative to the repository.
 *
 * @param root the project's folder in it
 * @throws UserError for a path that leads out of it
 */
export function namedFiles(path: string, text: string, root = ""): { requirements: string[]; packages: string[] } {
  // Packages are relative to where pip is started.
  const packages = linesOf(text).flatMap((line) => inRepository(localPath(line), root, path) ?? []);
  return { requirements: otherFiles(path, text), packages: packages.filter((found) => found !== root) };
}

/** The requirements and constraints that a file names, which are relative to it. */
const otherFiles = (path: string, text: string): string[] =>
  linesOf(text).flatMap((line) => inRepository(OTHER_FILE.exec(line)?.[1], folderOf(path), path) ?? []);

/** The lines of requirements, without comments. */
const linesOf = (text: string): string[] =>
  text
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim());

const OTHER_FILE = /^(?:-r|-c|--requirement|--constraint)[\s=]*["']?([^"'\s]+)/;
/** `./libs/x[extra]; marker`, `x @ file:./libs/x`, `-e libs/x`, `--find-links=wheels`. */
const LOCAL =
  /^(-f|--find-links|-e|--editable)?[\s=]*["']?(?:\w[\w.-]*(?:\s*\[[^\]]*\])?\s*@\s*)?(?:file:)?([^\s;["']+)/;
/** How a requirement of pyproject.toml says where the project is, for PDM and for uv. */
const IN_PROJECT = /file:\/\/\/\$\{PROJECT_ROOT\}\//;
const ARCHIVE = /\.(whl|zip|tar\.\w+|tgz)$/;

/** The path in a line of requirements; undefined for the name of a package, and for options without a path. */
function localPath(line: string): string | undefined {
  const [, option, path = ""] = LOCAL.exec(line) ?? [];
  if (option !== undefined) return path;
  return !line.startsWith("-") && (path.includes("/") || ARCHIVE.test(path)) ? path : undefined;
}

/** The text of requirements whose local packages are installed as they are, since their folder is gone afterwards. */
export const withoutEditable = (text: string): string =>
  text.replace(/^(\s*)(?:-e|--editable)[\s=]+(?!\S*:\/\/)/gm, "$1");

/** Texts of a requirements file and of all that it names, by their paths. */
export function requirementsOf(root: string, { requirements }: DependencyFiles): Record<string, string> {
  const found: Record<string, string> = {};
  const waiting = [root];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const text = requirements[path];
    if (text === undefined || found[path] !== undefined) continue;
    found[path] = text;
    waiting.push(...otherFiles(path, text));
  }
  return found;
}

/**
 * Packages that pyproject.toml takes from the repository: requirements with a path, sources of uv and dependencies of Poetry with one, and
 * members of a workspace, which may be patterns.
 */
export function localSources(pyproject: string, root = ""): string[] {
  const { tool, project, "dependency-groups": groups } = parseToml("pyproject.toml", pyproject);
  const { uv: ofUv, poetry, pdm } = isObject(tool) ? tool : {};
  const uv = isObject(ofUv) ? ofUv : {};
  const sources = isObject(uv.sources) ? Object.values(uv.sources).flat() : [];
  const members = isObject(uv.workspace) && Array.isArray(uv.workspace.members) ? uv.workspace.members : [];
  const { runtime, development } = poetryDependencies(poetry);
  const named = [...sources, ...[...runtime, ...development].map(([, one]) => one)];
  const { dependencies, "optional-dependencies": optional } = isObject(project) ? project : {};
  const lines = [dependencies, optional, groups, isObject(pdm) ? pdm["dev-dependencies"] : undefined].flatMap(textsIn);
  const paths = [
    ...named.map((one) => (isObject(one) ? one.path : undefined)),
    ...lines.map((line) => localPath(line.replace(IN_PROJECT, "./"))),
    ...members,
  ];
  return paths.flatMap((path) => {
    const kept = typeof path === "string" ? inRepository(path, root, "pyproject.toml") : undefined;
    return kept === undefined || kept === root ? [] : [kept];
  });
}

/** The texts of a list, or of a table of lists. */
const textsIn = (value: unknown): string[] =>
  (Array.isArray(value) ? value : isObject(value) ? Object.values(value).flat() : []).filter(
    (one) => typeof one === "string",
  );

const outside = (file: string, path: string): UserError =>
  new UserError(
    `${file} names ${path}, which is not in the source. Of a project in a larger repository, give the repository as --source, and before the function the project's folder in it: --root=services/model.`,
    "your-project",
  );

const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");

/**
 * A path from a folder of the repository, without dots; undefined for one that is none.
 *
 * @throws UserError for one that leads out of it
 */
function inRepository(path: string | undefined, folder: string, file: string): string | undefined {
  if (path === undefined || path.startsWith("/") || /^[\w+.-]+:\/\//.test(path)) return undefined;
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) throw outside(file, path);
    } else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}
