import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeBlocks } from "../support/docs/markdown.ts";
import { readPage } from "../support/docs/pages.ts";
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

const answered = (check: string): string => `print(json.dumps({"schemaVersion": 1, "checks": [${check}]}))`;

/** Programs, and what is said of each. */
const HOSTILE: Readonly<Record<string, readonly [program: string, says: RegExp]>> = {
  silent: ["", /`python checks\/silent\.py` wrote nothing to its standard output/],
  failing: ['raise ValueError("no $(luck) ü")', /ended with exit code 1: ValueError: no \$\(luck\) ü/],
  nan: [answered('{"name": "a", "value": float("nan"), "outcome": "pass"}'), /NaN is none of its numbers/],
  endless: ['while True:\n    sys.stdout.write("x" * 65536)', /was stopped: .*limits\.output-megabytes/],
  long: [
    'sys.stdout.write(" " * 1_500_000)',
    /wrote 1500000 bytes to its standard output, and 1000000 are read at most/,
  ],
  slow: ["import time\ntime.sleep(3600)", /was stopped: .*gates\.external\.slow\.seconds/],
  lying: [
    answered('{"name": "a", "value": 1, "limit": 2, "comparison": "at-least", "outcome": "pass"}'),
    /a 1 \(at least 2\): the command calls it passed, and its own number is beyond its own limit/,
  ],
  speaking: [
    answered('{"name": "a\\n::stop-commands::x", "outcome": "pass"}'),
    /checks\.0\.name: expected letters that can be seen, in one line/,
  ],
  metrics: ['print(json.dumps({"schemaVersion": 1, "gate": "metrics", "checks": []}))', /JSON of another form/],
  curious: [
    `found = [name for name in os.environ if any(word in name for word in ("SECRET", "TOKEN", "PASSWORD", "DAGGER"))]\n${answered('{"name": "secrets", "value": len(found), "limit": -1, "comparison": "at-most", "message": " ".join(found) or "none"}')}`,
    /secrets 0 \(at most -1\): none/,
  ],
  elsewhere: ["", /`python checks\/gone\.py` ended with exit code 2: .*gone\.py/],
};

test("programs that answer something else keep the model back, and the message of each says what was wrong", async () => {
  const hostile = await tinyProject();
  try {
    const tables = await Promise.all(
      Object.entries(HOSTILE).map(async ([name, [program]]) => {
        await hostile.write(`checks/${name}.py`, `import json\nimport os\nimport sys\n\n${program}\n`);
        const file = name === "elsewhere" ? "gone" : name;
        const image = name === "lying" ? 'image = "python:3.11-slim"\n' : "";
        return `[tool.ml-pipeline.gates.external.${name}]\ncommand = "python checks/${file}.py"\nseconds = 20\n${image}`;
      }),
    );
    await hostile.edit(
      "pyproject.toml",
      "[tool.ruff]",
      `${tables.join("\n")}\n[tool.ml-pipeline.limits]\noutput-megabytes = 5\n[tool.ruff]`,
    );
    const folder = join(hostile.out, "report");
    const ended = await mlPipeline(
      [
        ...[
          "--dvc-config=env:TEST_SECRET",
          "run",
          `--source=${hostile.source}`,
          `--data=${hostile.data}`,
          "--keep-going",
        ],
        ...["report", "export", `--path=${folder}`],
      ],
      { TEST_SECRET: "[core]" },
    );
    expect(ended.exitCode, ended.stderr).toBe(0);
    const { gates } = JSON.parse(await readFile(join(folder, "report.json"), "utf8"));
    for (const [name, [, says]] of Object.entries(HOSTILE)) {
      const gate = gates.find(({ id }: { id: string }) => id === `external.${name}`);
      expect(gate?.status, name).toBe("failed");
      expect(gate?.message).toMatch(says);
    }
    // The gate of ours with the same name is what it was.
    expect(gates.find(({ id }: { id: string }) => id === "metrics").status).toBe("passed");
  } finally {
    await hostile.remove();
  }
}, 600_000);
