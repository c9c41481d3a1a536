import type { Manifest } from "./manifest.ts";

/* What differs between two models that were judged, by the kind of change: that decides how far it may go by itself. */

/**
 * - `data`: other data, with the same everything else: a routine retrain;
 * - `configuration`: other parameters of training, or files of configuration (YAML, JSON, TOML, INI);
 * - `dependencies`: other packages, another Python, another base image, other tools;
 * - `code`: other code that trains, evaluates or serves;
 * - `tests`: other tests or cases that judge a model;
 * - `limits`: a gate, a rule on data or a policy that asks for less.
 */
export const CHANGE_KINDS = ["data", "configuration", "dependencies", "code", "tests", "limits"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Files of configuration, as patterns of a `.dockerignore`: what is left of the source without them is code. */
export const CONFIGURATION_FILES = ["yaml", "yml", "json", "toml", "ini", "cfg", "conf", "properties"].map(
  (ending) => `**/*.${ending}`,
);

/**
 * The kinds that the hashes of two models show.
 *
 * @param limits whether the later one was held to less, which hashes cannot say
 */
export function changeBetween(before: Manifest, now: Manifest, { limits }: { readonly limits: boolean }): ChangeKind[] {
  const [earlier, later] = [before.validation?.judged, now.validation?.judged];
  if (earlier === undefined || later === undefined) return [...CHANGE_KINDS];
  const code = before.source !== now.source && (earlier.code === undefined || earlier.code !== later.code);
  const dependencies = !sameEnvironment(earlier.environment, later.environment);
  const rest = before.data !== now.data || code || dependencies;
  const found: Readonly<Record<ChangeKind, boolean>> = {
    data: before.data !== now.data,
    // The key of training has its parameters, beside all that the other kinds are about.
    configuration: (before.source !== now.source && !code) || (!rest && before.trainingInputs !== now.trainingInputs),
    dependencies,
    code,
    tests: earlier.cases !== later.cases,
    limits,
  };
  return CHANGE_KINDS.filter((kind) => found[kind]);
}

type Environment = NonNullable<Manifest["validation"]>["judged"]["environment"];

const sameEnvironment = (one: Environment, other: Environment): boolean =>
  one.python === other.python &&
  one.image === other.image &&
  one.dependencies === other.dependencies &&
  Object.entries({ ...one.tools, ...other.tools }).every(([tool]) => one.tools[tool] === other.tools[tool]);
