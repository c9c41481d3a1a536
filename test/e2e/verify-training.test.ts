import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* Whether a training gives the same model twice is found out by training twice. */

let project: TestProject;
beforeAll(async () => {
  project = await tinyProject();
});
afterAll(() => project.remove());

const train = (...args: readonly string[]): ReturnType<typeof mlPipeline> =>
  mlPipeline([
    ...["train", `--source=${project.source}`, `--data=${project.data}`, "--verify", ...args],
    ...["export", `--path=${project.out}`],
  ]);

it("a training that gives the same is said to, also where the cache has it", async () => {
  for (const attempt of ["first", "second"]) {
    const { exitCode, stdout, stderr } = await train();
    expect(exitCode, `${attempt}: ${stderr}`).toBe(0);
    expect(stdout + stderr).toContain("verify training: trained twice, and all of 1 file are the same, byte for byte");
  }
}, 600_000);

it("one that does not is refused, with the file, the byte and the place in the code", async () => {
  await project.edit("src/train.py", "import json\n", "import json\nimport random\n");
  await project.edit(
    "src/train.py",
    '{"limit": limit}',
    `{"limit": limit, "of": "${randomUUID()}", "x": random.random()}`,
  );
  const { exitCode, stderr } = await train();
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/two trainings .* differ: model\.json from byte \d+ on, line 1; \d+ bytes/);
  expect(stderr).toMatch(/src\/train\.py:\d+: random\.random\(\): random\.seed is called nowhere/);
  expect(stderr).toContain("docs/why.md");
  const folder = join(project.out, "reproduction");
  const recorded = await mlPipeline([
    ...["reproduction", `--source=${project.source}`, `--data=${project.data}`],
    ...["report", "export", `--path=${folder}`],
  ]);
  expect(recorded.exitCode, recorded.stderr).toBe(0);
  expect(recorded.stderr).toContain("outcome: different");
  expect(await readFile(join(folder, "outputs.env"), "utf8")).toBe("OUTCOME=different\nFILES=model.json\n");
  expect((await mlPipeline(["assert", `--report=${folder}`])).stderr).toContain("differ: model.json from byte");

  await project.edit("src/train.py", "    limit = best_limit", "    random.seed(7)\n    limit = best_limit");
  const seeded = await train();
  expect(seeded.exitCode, seeded.stderr).toBe(0);
}, 600_000);

it("a training in a cluster is not trained a second time there", async () => {
  const { exitCode, stderr } = await train("--on=kubernetes");
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("--verify trains a second time by the engine");
}, 600_000);
