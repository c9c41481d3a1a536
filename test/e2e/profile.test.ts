import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* A quick run says whether a project works, and its model goes nowhere. */

let project: TestProject;
beforeAll(async () => {
  project = await tinyProject();
});
afterAll(() => project.remove());

const run = (...args: readonly string[]): ReturnType<typeof mlPipeline> =>
  mlPipeline(["run", `--source=${project.source}`, `--data=${project.data}`, `--run-id=${randomUUID()}`, ...args]);

it("a quick run trains little, asks few gates, and gives a model that is refused everywhere", async () => {
  const [report, model] = [join(project.out, "report"), join(project.out, "model")];
  const reported = await run("--profile=quick", "report", "export", `--path=${report}`);
  expect(reported.exitCode, reported.stderr).toBe(0);
  const { verdict, failure, training, gates } = JSON.parse(await readFile(join(report, "report.json"), "utf8"));
  expect(verdict, failure?.message).toBe("passed");
  expect(training).toMatchObject({ epochs: 1, profile: "quick" });
  expect(gates.map(({ id }: { id: string }) => id)).toEqual([
    ...["schema", "evaluated-rows", "served-answers", "failure-modes"],
  ]);
  expect(await readFile(join(report, "outputs.env"), "utf8")).toContain("SHOULD_DEPLOY=false\n");

  const exported = await run("--profile=quick", "model", "export", `--path=${model}`);
  expect(exported.exitCode, exported.stderr).toBe(0);
  const refusals = await Promise.all([
    run("--profile=quick", "--address=localhost:5000/tiny", "verdict"),
    run(`--baseline=${model}`, "assert"),
    run(`--reuse=${model}`, "assert"),
    mlPipeline([
      ...[
        "publish",
        `--source=${project.source}`,
        `--data=${project.data}`,
        `--model=${model}`,
        "--address=localhost:1/tiny",
        "--dry-run",
      ],
    ]),
  ]);
  for (const { exitCode, stdout, stderr } of refusals) {
    expect(exitCode, stdout).not.toBe(0);
    expect(stderr).toContain("--profile=quick");
  }
  // A quick run may take it again.
  const again = await run("--profile=quick", `--reuse=${model}`, "assert");
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.stdout).toContain("(--reuse)");
}, 600_000);
