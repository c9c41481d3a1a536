import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import type { TestRegistry } from "../support/registry.ts";
import type { Failure } from "./failures.ts";
import { mlPipeline } from "./pipeline.ts";
import { tinyProject } from "./project.ts";

/** Breaks a project in one way, asks the pipeline twice (for the report, for the verdict), and looks at what it says. */
export async function expectFailure(failure: Failure, registry: TestRegistry): Promise<void> {
  const project = await tinyProject();
  try {
    await failure.breakIt(project);
    const name = `${failure.name.replace(/\W+/g, "-").toLowerCase()}`;
    const inputs = [`--source=${project.source}`, `--data=${project.data}`, `--address=${registry.address}/${name}:v1`];
    if (failure.baselineLimit !== undefined) {
      const baseline = join(project.out, "baseline");
      await mkdir(baseline, { recursive: true });
      await writeFile(join(baseline, "model.json"), JSON.stringify({ limit: failure.baselineLimit }));
      inputs.push(`--baseline=${baseline}`);
    }
    const report = join(project.out, "report");
    const exported = await mlPipeline(["run", ...inputs, "report", "export", `--path=${report}`]);
    expect(exported.exitCode, exported.stderr).toBe(0);
    expect(exported.stderr).toMatch(/\bverdict: failed \(.+\)/);
    await expectReport(report, failure);
    const asserted = await mlPipeline(["full-pipeline", ...inputs]);
    expect(asserted.exitCode).not.toBe(0);
    for (const words of failure.says) expect(asserted.stdout + asserted.stderr).toMatch(words);
    expect(asserted.stderr + asserted.stdout).not.toMatch(/^\s+at .*\.(ts|js):\d+/m);
    await expectNothingPublished(registry, name);
  } finally {
    await project.remove();
  }
}

async function expectReport(folder: string, { stage, gate, says }: Failure): Promise<void> {
  const report = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
  expect(report).toMatchObject({ schemaVersion: 2, verdict: "failed", failure: { stage } });
  expect(report.failure.gate).toBe(gate);
  expect(report.image?.published).toBeUndefined();
  const outputs = await readFile(join(folder, "outputs.env"), "utf8");
  expect(outputs).toContain("VERDICT=failed\nSHOULD_DEPLOY=false\n");
  expect(await readFile(join(folder, "junit.xml"), "utf8")).toContain("<failure");
  const summary = await readFile(join(folder, "summary.md"), "utf8");
  expect(summary).toContain("Nothing was published.");
  expect(says.length).toBeGreaterThan(0);
}

async function expectNothingPublished(registry: TestRegistry, name: string): Promise<void> {
  const answer = await fetch(`http://${registry.address}/v2/${name}/tags/list`);
  expect(answer.status).toBe(404);
}
