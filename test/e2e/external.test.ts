import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeBlocks } from "../support/docs/markdown.ts";
import { readPage } from "../support/docs/pages.ts";
import { expectHostileProgramsRefused } from "./external.ts";
import { type Ended, mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* Gates and rules that are programs of the user's, as docs/extending.md shows them, and programs that try to get through. */

const PAGE = readPage("docs/extending.md");
const [GATE = "", RULE = ""] = codeBlocks(PAGE, "python");
const [GATE_SETTINGS = "", RULE_SETTINGS = ""] = codeBlocks(PAGE, "toml");

let project: TestProject;
beforeAll(async () => {
  project = await tinyProject();
  await project.write("checks/profit.py", GATE);
  await project.write("checks/calendar.py", RULE);
  await project.write("pyproject.toml", `${await settings()}\n${GATE_SETTINGS}\n${RULE_SETTINGS}`);
});
afterAll(() => project.remove());

const settings = (): Promise<string> => readFile(join(project.source, "pyproject.toml"), "utf8");
const inputs = (): string[] => [`--source=${project.source}`, `--data=${project.data}`];
const reported = async (): Promise<{ readonly ended: Ended; readonly read: (file: string) => Promise<string> }> => {
  const folder = join(project.out, "report");
  const ended = await mlPipeline(["run", ...inputs(), "report", "export", `--path=${folder}`]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  return { ended, read: (file) => readFile(join(folder, file), "utf8") };
};

describe("the examples of the manual", () => {
  test("pass, and stand beside ours in the report", async () => {
    const { read } = await reported();
    const report = JSON.parse(await read("report.json"));
    expect(report.verdict).toBe("passed");
    const gate = report.gates.at(-1);
    expect(gate).toMatchObject({ id: "external.profit", status: "passed", required: true });
    expect(gate.checks[0]).toMatchObject({ what: "profit of an answer", limit: { min: 0.5 }, outcome: "kept" });
    // 29 of 30 rows are right.
    expect(gate.checks[0].value).toBeCloseTo((29 * 4 - 3) / 30, 2);
    const rule = report.stages.find(({ name }: { name: string }) => name === "external rules");
    expect(rule).toMatchObject({ status: "passed", message: "1 check of 1 rule kept" });
    expect(await read("junit.xml")).toContain("external.profit");
    for (const file of ["summary.md", "index.html"]) expect(await read(file)).toContain("external.profit");
  }, 600_000);

  test("keep a model and data back, with their numbers", async () => {
    await project.edit("pyproject.toml", "least = 0.5", "least = 3.9");
    const { read } = await reported();
    const report = JSON.parse(await read("report.json"));
    expect(report.failure).toMatchObject({ stage: "gates", gate: "external.profit" });
    expect(report.failure.message).toMatch(/external\.profit failed: profit of an answer 3\.7\d+ \(at least 3\.9\)/);
    for (const file of ["summary.md", "junit.xml", "index.html", "annotations.txt"]) {
      expect(await read(file), file).toContain("profit of an answer");
    }
    await project.edit("pyproject.toml", "least = 3.9", "least = 0.5");
    const data = await readFile(join(project.data, "rows.csv"), "utf8");
    await writeFile(join(project.data, "rows.csv"), data.replaceAll(/\n0\.1/g, "\n7.1"));
    const ended = await mlPipeline(["validate-data", ...inputs()]);
    await writeFile(join(project.data, "rows.csv"), data);
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stdout + ended.stderr).toMatch(
      /external rules: rows beyond the calendar 9\.83 % \(at most 1 %\) \(data\.external\.calendar\)/,
    );
  }, 600_000);
});

test(
  "programs that answer something else keep the model back, and the message of each says what was wrong",
  expectHostileProgramsRefused,
  600_000,
);
