import { posix } from "node:path";
import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { NOT_SOURCE } from "./not-source.ts";

/* A project that is a folder of a larger repository, whose other folders it may name. */

/** The repository of a project, and the project's folder in it. */
export interface Repository {
  /** All of it, without what no stage gets. */
  readonly source: Directory;
  /** The project's folder, without slashes around it; empty where the project is the repository. */
  readonly root: string;
}

/**
 * Finds a project in its repository.
 *
 * @param given the repository
 * @param root the project's folder in it, as a person wrote it
 * @throws UserError when there is no such folder
 */
export async function repositoryOf(given: Directory, root: string): Promise<Repository> {
  const source = given.filter({ exclude: NOT_SOURCE });
  const path = posix.normalize(root).replace(/^\.\/|\/+$/g, "");
  if (path === "" || path === ".") return { source, root: "" };
  if (path.startsWith("/") || path.split("/").includes("..")) {
    throw new UserError(`--root=${root}: expected a folder of the source, such as services/model.`);
  }
  if (await source.exists(path)) return { source, root: path };
  throw new UserError(
    `--root=${root}: the source has no such folder. It is the repository (--source), and --root the project's folder in it; ${NOT_SOURCE.filter((one) => /^[a-z]+$/.test(one)).join(", ")} at its top are not read, and where a call needs only the configuration, no folder without a file of it.`,
  );
}

/**
 * The project's folder in the repository that was checked out; empty for the repository itself.
 *
 * @param folder what of it was given, as a person or git wrote it
 * @param root the project's folder in that
 * @throws UserError when it is no folder of a repository
 */
export function folderInRepository(folder = "", root = ""): string {
  const path = posix.join(folder, root).replace(/\/+$/, "");
  if (path === ".") return "";
  if (path.startsWith("/") || path.split("/").includes("..") || /\p{Cc}/u.test(path)) {
    throw new UserError(`--folder=${folder}: expected a folder of the repository, such as services/model.`);
  }
  return path;
}

/** The folder of the project in what was given, with all that was given of it. */
export const projectFolder = (given: Directory, { root }: Pick<Repository, "root">): Directory =>
  root === "" ? given : given.directory(root);

/** The project itself. */
export const projectIn = ({ source, root }: Repository): Directory =>
  root === "" ? source : source.directory(root).filter({ exclude: NOT_SOURCE });

/** The path in the repository of a path in the project. */
export const inRepository = ({ root }: Pick<Repository, "root">, path: string): string => posix.join(root, path);

/** The folders above the project in its repository, the nearest first; the last one is the repository. */
export const foldersAbove = ({ root }: Pick<Repository, "root">): string[] => {
  const parts = root === "" ? [] : root.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - 1 - index).join("/"));
};
