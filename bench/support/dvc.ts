import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./process.ts";
import { hostPython } from "./python.ts";
import type { Workspace } from "./workspace.ts";

/** Makes a DVC project with this number of stages, each of which copies the output of the one before, and runs it. */
export async function dvcProject(workspace: Workspace, stages: number): Promise<{ folder: string; bin: string }> {
  const venv = await workspace.once("dvc", async (folder) => {
    workspace.say("installing DVC into a virtual environment (not measured)");
    const { path } = await hostPython();
    await run([path, "-m", "venv", folder]);
    await run([join(folder, "bin/python"), "-m", "pip", "install", "--quiet", "dvc"]);
  });
  const bin = join(venv, "bin");
  const folder = await workspace.once("dvc-project", async (project) => {
    const dvc = (...args: string[]) => run([join(bin, "dvc"), ...args], { cwd: project });
    await mkdir(project, { recursive: true });
    await writeFile(join(project, "0.txt"), "text\n");
    await writeFile(join(project, "dvc.yaml"), stagesOf(stages));
    await dvc("init", "--quiet", "--no-scm");
    await dvc("config", "core.analytics", "false");
    await dvc("config", "core.check_update", "false");
    await dvc("repro", "--quiet");
  });
  return { folder, bin };
}

function stagesOf(count: number): string {
  const stages = Array.from({ length: count }, (_, index) => {
    const [from, to] = [`${index}.txt`, `${index + 1}.txt`];
    return `  stage${index + 1}:\n    cmd: cp ${from} ${to}\n    deps: [${from}]\n    outs: [${to}]\n`;
  });
  return `stages:\n${stages.join("")}`;
}
