import { posix } from "node:path";
import { dockerignoreLines, dockerMatcher } from "./ignore/docker.ts";
import { type GitRules, gitRules, gitSays } from "./ignore/git.ts";
import { isSecretFile } from "./secret-files.ts";
import type { ImageSettings } from "./settings.ts";

/** Why a file of the project is not in its image. */
export type Cause = "secret" | ".gitignore" | ".dockerignore";

/** Files of a project that do not get into its image. */
export type LeftOut = Readonly<Record<Cause, readonly string[]>>;

/** The texts that say what is left out. */
export interface IgnoreFiles {
  /** The project's folder in its repository; empty where it is the repository. */
  readonly root: string;
  /** The text of each `.gitignore` by its folder in the repository, which is "" for the top. */
  readonly git: ReadonlyMap<string, string>;
  /** The `.dockerignore` of the root: its name and its text. */
  readonly docker: { readonly name: string; readonly text: string } | undefined;
}

export interface Selection {
  /** Paths that neither training nor the image gets: secrets, and what git ignores. A folder stands for all that is in it. */
  readonly notApp: readonly string[];
  /** Paths that only the image does not get: what Docker ignores. */
  readonly notImage: readonly string[];
  readonly leftOut: LeftOut;
}

/**
 * Decides which files get into training and into the image.
 *
 * @param listing all paths, with a slash after folders
 * @throws UserError for a pattern that cannot be understood
 */
export function selectFiles(listing: readonly string[], ignore: IgnoreFiles, settings: ImageSettings): Selection {
  const included = dockerMatcher(settings.include, "image.include");
  const allowed = dockerMatcher(settings["allow-secrets"], "image.allow-secrets");
  const byGit = gitIgnored(ignore.git);
  const byDocker =
    ignore.docker === undefined
      ? () => false
      : dockerMatcher(dockerignoreLines(ignore.docker.text), ignore.docker.name);
  const causeOf = (path: string, isFolder: boolean): Cause | undefined => {
    if (isSecretFile(path) && !allowed(path)) return "secret";
    if (included(path)) return undefined;
    if (byGit(posix.join(ignore.root, path), isFolder)) return ".gitignore";
    return byDocker(path) ? ".dockerignore" : undefined;
  };
  const leaves = leavesOf(listing);
  const caused = leaves.map((leaf) => ({ ...leaf, cause: causeOf(leaf.path, leaf.isFolder) }));
  const pathsOf = (...causes: Cause[]): string[] =>
    caused.flatMap(({ path, isFolder, cause }) => (!isFolder && cause && causes.includes(cause) ? [path] : []));
  const without = (...causes: Cause[]): string[] =>
    folded(caused.map(({ path, cause }) => ({ path, gone: cause !== undefined && causes.includes(cause) })));
  return {
    notApp: without("secret", ".gitignore"),
    notImage: without("secret", ".gitignore", ".dockerignore"),
    leftOut: {
      secret: pathsOf("secret"),
      ".gitignore": pathsOf(".gitignore"),
      ".dockerignore": pathsOf(".dockerignore"),
    },
  };
}

/**
 * What git ignores of a project, with a folder in place of all that is in it. Git keeps what was added all the same, which cannot be seen.
 *
 * @param listing all paths, with a slash after folders
 */
export function ignoredByGit(listing: readonly string[], { git, root }: Pick<IgnoreFiles, "git" | "root">): string[] {
  const isIgnored = gitIgnored(git);
  return folded(
    leavesOf(listing).map(({ path, isFolder }) => ({ path, gone: isIgnored(posix.join(root, path), isFolder) })),
  );
}

/** Files, and folders without anything in them. */
function leavesOf(listing: readonly string[]): { readonly path: string; readonly isFolder: boolean }[] {
  const parents = new Set(listing.flatMap((path) => parentOf(path.replace(/\/$/, "")) ?? []));
  return listing
    .map((path) => ({ path: path.replace(/\/$/, ""), isFolder: path.endsWith("/") }))
    .filter(({ path, isFolder }) => !isFolder || !parents.has(path));
}

/**
 * Says what git ignores. The nearest `.gitignore` that is about a path decides; nothing below an ignored folder can be taken back, so
 * no `.gitignore` there counts.
 */
function gitIgnored(texts: ReadonlyMap<string, string>): (path: string, isFolder: boolean) => boolean {
  const rules = new Map([...texts].map(([folder, text]): [string, GitRules] => [folder, gitRules(text)]));
  const known = new Map<string, boolean>();
  const isIgnored = (path: string, isFolder: boolean): boolean => {
    const answer = known.get(path);
    if (answer !== undefined) return answer;
    const parent = parentOf(path);
    const ignored = (parent !== undefined && isIgnored(parent, true)) || said(path, isFolder);
    if (isFolder) known.set(path, ignored);
    return ignored;
  };
  const said = (path: string, isFolder: boolean): boolean => {
    for (let folder = parentOf(path) ?? ""; ; folder = parentOf(folder) ?? "") {
      const own = rules.get(folder);
      const relative = folder === "" ? path : path.slice(folder.length + 1);
      const answer = own && gitSays(own, relative, isFolder);
      if (answer !== undefined) return answer;
      if (folder === "") return false;
    }
  };
  return isIgnored;
}

/** The paths that are gone, with a folder in place of all that was in it, so that no empty folders remain. */
function folded(leaves: readonly { readonly path: string; readonly gone: boolean }[]): string[] {
  const kept = new Set<string>();
  for (const { path, gone } of leaves) if (!gone) for (const folder of foldersAbove(path)) kept.add(folder);
  const tops = leaves.flatMap(({ path, gone }) =>
    gone ? [foldersAbove(path).find((folder) => !kept.has(folder)) ?? path] : [],
  );
  return [...new Set(tops)];
}

/** From the root down. */
const foldersAbove = (path: string): string[] => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index));

const parentOf = (path: string): string | undefined =>
  path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : undefined;

/** A pattern of a `.dockerignore` that matches exactly this path, on every engine. */
export function exactPattern(path: string): string {
  // Docker trims patterns, and takes some characters of expressions for what they are there.
  const escaped = /[\\*?[\]{}|^]|^!/.test(path) ? path.replace(/[\\*?[\]{}|^]|^!/g, "\\$&") : path;
  return escaped.replace(/^\s|\s$/g, (space) => `[${space}]`);
}
