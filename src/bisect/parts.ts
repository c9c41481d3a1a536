import { posix } from "node:path";
import { parseToml } from "../config/toml.ts";
import { dependencyTables } from "../containers/dependencies.ts";
import { canonicalJson, isObject } from "../json.ts";

/** What of a commit may make a model worse. */
export const PARTS = ["code", "configuration", "data", "dependencies"] as const;
export type Part = (typeof PARTS)[number];

/** What is known of a project at two commits. Paths are those of the repository. */
export interface KnownPaths {
  /** The project's folder; empty where the project is the repository. */
  readonly root: string;
  /** The folder of the data, in the project. */
  readonly dataFolder: string;
  /** Files that an installation reads. */
  readonly dependencies: ReadonlySet<string>;
  /** Files that a training gets. */
  readonly code: ReadonlySet<string>;
  /** Whether the tables of pyproject.toml differ that say what is installed. */
  readonly asksForOthers: boolean;
}

const SETTINGS = /\.(toml|ya?ml|json|ini|cfg)$/;
const OF_PIPELINE = ["pyproject.toml", "ml-pipeline.toml"];

/** The part that a file belongs to; undefined for one that no model depends on. */
export function partOf(path: string, known: KnownPaths): Part | undefined {
  const { root, dataFolder, dependencies, code, asksForOthers } = known;
  const own = root === "" ? path : posix.relative(root, path);
  const isData = dataFolder === "." ? /\.(csv|tsv|jsonl|parquet)(\.\w+)?$/.test(own) : own.startsWith(`${dataFolder}/`);
  if (isData || own.endsWith(".dvc") || /^\.dvc\//.test(own) || own === "dvc.lock") return "data";
  if (own === "pyproject.toml") return asksForOthers ? "dependencies" : "configuration";
  if (dependencies.has(path)) return "dependencies";
  if (OF_PIPELINE.includes(own)) return "configuration";
  if (!code.has(path)) return undefined;
  return SETTINGS.test(own) ? "configuration" : "code";
}

/** The files of each part that has any, in the order of `PARTS`. */
export function partsOf(
  changed: readonly string[],
  known: KnownPaths,
): { readonly part: Part; readonly paths: readonly string[] }[] {
  return PARTS.map((part) => ({ part, paths: changed.filter((path) => partOf(path, known) === part) })).filter(
    ({ paths }) => paths.length > 0,
  );
}

/** Whether the tables of two texts of pyproject.toml differ that say what is installed. */
export const asksForOthers = (before: string | undefined, after: string | undefined): boolean =>
  asked(before) !== asked(after);

function asked(pyproject = ""): string {
  const { tool } = parseToml("pyproject.toml", pyproject);
  const { poetry, pdm } = isObject(tool) ? tool : {};
  return canonicalJson([dependencyTables(pyproject), poetry ?? null, pdm ?? null]);
}
