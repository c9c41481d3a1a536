import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { dataRows, type TestProject, tinyProject } from "./project.ts";

/* What changed since the accepted model says whether a person is to decide. */

let project: TestProject;
const accepted = (): string => join(project.out, "..", "accepted");
beforeAll(async () => {
  project = await tinyProject();
  const inputs = [`--source=${project.source}`, `--data=${project.data}`];
  const trained = await mlPipeline(["train", ...inputs, "export", `--path=${accepted()}`]);
  expect(trained.exitCode, trained.stderr).toBe(0);
}, 300_000);
afterAll(() => project.remove());

/** The outputs of a run, and the reasons in its report. */
async function approval(): Promise<{ outputs: string; reasons: string }> {
  const report = join(project.out, "..", "report");
  const inputs = [`--source=${project.source}`, `--data=${project.data}`, `--baseline=${accepted()}`];
  const ended = await mlPipeline(["run", ...inputs, "report", "export", `--path=${report}`]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  const [outputs, json] = await Promise.all(
    ["outputs.env", "report.json"].map((name) => readFile(join(report, name), "utf8")),
  );
  return { outputs: outputs ?? "", reasons: JSON.parse(json ?? "").approval.reasons.join("; ") };
}

it("a retrain goes on by itself where it need not be better, a change of code or of a limit does not", async () => {
  await writeFile(join(project.data, "rows.csv"), dataRows(1300));
  const retrained = await approval();
  expect(retrained.outputs).toMatch(/^APPROVAL=required\nCHANGE=data$/m);
  expect(retrained.reasons).toMatch(
    /^not better than the accepted model beyond noise: accuracy 0\.9\d+ against 0\.9\d+/,
  );

  await project.edit("pyproject.toml", "[tool.ruff]", "[tool.ml-pipeline.approval]\nneeds-gain = false\n\n[tool.ruff]");
  expect((await approval()).outputs).toMatch(/^APPROVAL=none\nCHANGE=data$/m);

  await project.edit("src/train.py", "import", "# Another line.\nimport");
  await project.edit("pyproject.toml", "accuracy = 0.9", "accuracy = 0.8");
  const changed = await approval();
  expect(changed.outputs).toMatch(/^APPROVAL=required\nCHANGE=data,code,limits$/m);
  expect(changed.reasons).toMatch(
    /the code changed; less is asked of the model: gates\.metrics\.accuracy was .*0\.9.* and is .*0\.8/,
  );
}, 300_000);
