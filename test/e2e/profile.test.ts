import { randomUUID } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
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
  // Its evaluation is a record, which says so as its report does.
  const evaluated = join(project.out, "evaluated");
  const inputs = [`--source=${project.source}`, `--data=${project.data}`, `--model=${model}`];
  const made = await mlPipeline(["evaluate", ...inputs, "report", "export", `--path=${evaluated}`]);
  expect(made.exitCode, made.stderr).toBe(0);
  expect(await readFile(join(evaluated, "outputs.env"), "utf8")).toContain("SHOULD_DEPLOY=false\n");
  const asserted = await mlPipeline(["assert", `--report=${evaluated}`]);
  expect(asserted.exitCode).not.toBe(0);
  expect(asserted.stderr).toContain("The model is held back: it was trained with --profile=quick");
  // A quick run may take it again.
  const again = await run("--profile=quick", `--reuse=${model}`, "assert");
  expect(again.exitCode, again.stderr).toBe(0);
  expect(again.stdout).toContain("(--reuse)");
}, 600_000);

it("a quick run on a sample trains and evaluates on the same rows, in whichever files they are", async () => {
  await project.edit(
    "pyproject.toml",
    "[tool.ruff]",
    '[tool.ml-pipeline.profile.quick]\nsample = 0.3\ngates = ["schema", "evaluated-rows", "metrics"]\n\n[tool.ruff]',
  );
  const reported = async (): Promise<Record<string, unknown>> => {
    const report = join(project.out, randomUUID());
    const ended = await run("--profile=quick", "report", "export", `--path=${report}`);
    expect(ended.exitCode, ended.stderr).toBe(0);
    return JSON.parse(await readFile(join(report, "report.json"), "utf8"));
  };
  const whole = await reported();
  expect(whole).toMatchObject({
    verdict: "passed",
    training: { epochs: 1, profile: "quick", sample: 0.3 },
    hashes: { trainingParts: { sample: "0.3", profile: "quick" } },
  });
  const sampled = (whole.stages as { name: string; message: string }[]).find(({ name }) => name === "sample data");
  const [, kept] = /^(\d+) of 1,200 rows/.exec(sampled?.message ?? "") ?? [];
  expect(Number(kept)).toBeGreaterThan(250);
  expect(Number(kept)).toBeLessThan(470);
  expect(whole).toMatchObject({ measurements: { predictions: { rows: Number(kept) } } });

  // The same model is trained by itself.
  const model = join(project.out, "sampled");
  const trained = await mlPipeline([
    ...[
      "train",
      `--source=${project.source}`,
      `--data=${project.data}`,
      "--profile=quick",
      "export",
      `--path=${model}`,
    ],
  ]);
  expect(trained.exitCode, trained.stderr).toBe(0);
  const manifest = JSON.parse(await readFile(join(model, "ml-pipeline.json"), "utf8"));
  expect(manifest).toMatchObject({ rows: Number(kept), ...(whole.hashes as object), source: expect.any(String) });

  // In two files, of which the later rows come first.
  const text = await readFile(join(project.data, "rows.csv"), "utf8");
  const [header = "", ...rows] = text.trimEnd().split("\n");
  const half = (lines: readonly string[]): string => [header, ...lines, ""].join("\n");
  await writeFile(join(project.data, "a.csv"), half(rows.slice(600)));
  await writeFile(join(project.data, "b.csv"), half(rows.slice(0, 600)));
  await rename(join(project.data, "rows.csv"), join(project.out, "rows.csv"));
  const parts = await reported();
  expect(parts).toMatchObject({ measurements: { predictions: { rows: Number(kept) } } });
}, 600_000);
