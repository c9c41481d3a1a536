import { scryptSync } from "node:crypto";

/** What a project shows to be let in: the text of `.dvc/config`, and the secrets that go with it. */
export interface Admission {
  readonly config: string;
  /** In a fixed order; undefined for one that is not given. */
  readonly secrets: readonly (string | undefined)[];
}

/**
 * Names the cache of objects of those who have the same access, so that nobody gets from it what the remote would refuse.
 * Names of caches are in logs, hence a function that is too slow to guess a password with.
 */
export function cacheName({ config, secrets }: Admission): string {
  const shown = JSON.stringify([config, ...secrets.map((secret) => secret ?? null)]);
  return `ml-pipeline-dvc-${scryptSync(shown, "ml-pipeline-dvc", 16).toString("hex")}`;
}
