import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CiEngine } from "../../src/ci/system.ts";
import { CiSystem, SYSTEMS } from "../../src/ci/systems.ts";
import { type CiProject, workflowsOf } from "../../src/ci/workflows.ts";
import { repository } from "./docs/pages.ts";

/* `ci/` shows what `ci` writes for a project that has everything, by system and engine. */

/** A project with a registry, a model store, two environments, fresh data and live ones. */
export const FULL_PROJECT: CiProject = {
  ...{ address: "registry.example.com/team/churn", hasStore: true, root: "", environments: ["staging", "production"] },
  pointer: "production",
  ...{ hasWindow: true, live: "live/", reference: "data/", access: ["webhook"] },
  ...{ retrainAt: "0 4 * * 1", watchAt: "0 5 * * *" },
};

/** Whatever the version of the module is then, so that a release changes none of the files. */
const MODULE = { repository: "https://github.com/OWNER/ml-pipeline", ref: "v0.1.0" };

/** What is shown for a system and an engine, by path; nothing where the system cannot have that engine. */
export function shownFiles(system: CiSystem, engine: CiEngine): ReadonlyMap<string, string> {
  const request = { workflows: workflowsOf(FULL_PROJECT), engine, branch: "main", root: "", module: MODULE };
  if (system === CiSystem.BITBUCKET && engine === CiEngine.DAGGER) return new Map();
  return SYSTEMS[system]({ ...request, registry: "registry.example.com", project: "churn" });
}

/** All files of `ci/`, by their paths in the repository. */
export const committedFiles = (): ReadonlyMap<string, string> =>
  new Map(
    Object.values(CiSystem).flatMap((system) =>
      Object.values(CiEngine).flatMap((engine) =>
        [...shownFiles(system, engine)].map(([path, text]) => [join("ci", system, engine, path), text] as const),
      ),
    ),
  );

/** Writes them anew. */
export function writeCiFiles(): void {
  for (const system of Object.values(CiSystem))
    rmSync(join(repository, "ci", system), { recursive: true, force: true });
  for (const [path, text] of committedFiles()) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
}
