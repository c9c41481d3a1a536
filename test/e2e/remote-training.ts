import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { ObjectStore } from "../support/object-store.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* A project that trains elsewhere. */

export interface Site {
  readonly store: ObjectStore;
  /** Where images are pushed to. */
  readonly registry: string;
}

/** The tiny project with a training that no cache has. `seconds` is how long it takes. */
export async function remoteProject({ registry }: Site, settings = "", seconds = 0): Promise<TestProject> {
  const project = await tinyProject();
  await project.edit(
    "src/train.py",
    "    limit = best_limit",
    [
      `    # ${randomUUID()}`,
      "    import time",
      `    for step in range(${seconds}):`,
      '        print(f"step {step}", flush=True)',
      "        time.sleep(1)",
      "    limit = best_limit",
    ].join("\n"),
  );
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    `[tool.ml-pipeline.training.kubernetes]\nimage = "${registry}/training"\n${settings}\n\n[tool.ruff]`,
  );
  return project;
}

/** The arguments of a training: those of the module, the function, and its own. */
export const trainCall = (
  { store }: Site,
  project: TestProject,
  {
    kubernetes = true,
    out = "model",
    flags = [],
  }: { readonly kubernetes?: boolean; readonly out?: string; readonly flags?: readonly string[] } = {},
): string[] => [
  ...flags,
  ...["--kubeconfig=env:TEST_KUBECONFIG", "--store-credentials=env:TEST_STORE_CREDENTIALS"],
  `--store=s3://${store.bucket}/team?endpoint=${store.url}`,
  ...["train", `--source=${project.source}`, `--data=${project.data}`],
  ...(kubernetes ? ["--on=kubernetes"] : []),
  ...["export", `--path=${join(project.out, out)}`],
];

/** Makes the training do something else at its end. */
export const ending = (project: TestProject, lines: readonly string[]): Promise<void> =>
  project.edit(
    "src/train.py",
    "    limit = best_limit",
    `${lines.map((one) => `    ${one}`).join("\n")}\n    limit = best_limit`,
  );
