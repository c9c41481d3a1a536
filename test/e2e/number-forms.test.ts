import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { type TestProject, tinyProject } from "./project.ts";

/* A table as spreadsheets write it in Germany: semicolons, decimal commas, points between thousands, Windows' letters. */

let project: TestProject;
beforeEach(async () => {
  project = await tinyProject();
  // The limit is 0.5 of what x is divided by.
  const rows = Array.from({ length: 1200 }, (_, index) => {
    const x = ((index * 7919) % 10007) / 2;
    const text = x
      .toFixed(3)
      .replace(".", ",")
      .replace(/^(\d)(\d{3},)/, "$1.$2");
    return `${index + 1};${text};Köln – 5€;${x > 2501.75 ? "yes" : "no"}`;
  });
  const table = `nr;x;ort;label\n${rows.join("\n")}\n`.replaceAll("–", "\x96").replaceAll("€", "\x80");
  await writeFile(join(project.data, "rows.csv"), Buffer.from(table, "latin1"));
  await project.edit("src/model.py", 'encoding="utf-8"', 'encoding="cp1252"');
  await project.edit(
    "src/model.py",
    '(float(row["x"]), row["label"]) for row in csv.DictReader(file)',
    '(number(row["x"]), row["label"]) for row in csv.DictReader(file, delimiter=";")',
  );
  await project.edit(
    "src/model.py",
    "def answer",
    'def number(text: str) -> float:\n    return float(text.replace(".", "").replace(",", ".")) / 5003.5\n\n\ndef answer',
  );
  await project.edit("src/serve.py", 'float(one["x"])', 'float(one["x"]) / 5003.5');
});
afterEach(() => project.remove());

it("is read so by rules, gates and requests once init said how", async () => {
  const args = [`--source=${project.source}`, `--data=${project.data}`];
  const before = await mlPipeline(["validate-data", ...args]);
  expect(before.stderr).toContain('data.encoding = "windows-1252"');

  const init = await mlPipeline(["init", ...args, "--yes"]);
  expect(init.stdout).toMatch(/^\+encoding = "windows-1252"$/m);
  expect(init.stdout).toMatch(/^\+decimal = ","$/m);
  expect(init.stdout).toMatch(/^\+thousands = "\."$/m);
  await project.edit("pyproject.toml", "[tool.ml-pipeline.gates.schema]", `${RULES}\n[tool.ml-pipeline.gates.schema]`);
  const ended = await mlPipeline(["full-pipeline", ...args]);
  expect(ended.exitCode, ended.stderr).toBe(0);
  expect(ended.stdout).toMatch(/gates: passed: schema, evaluated-rows, metrics, latency, served-answers/);
}, 300_000);

const RULES = `[tool.ml-pipeline.stages]
off = ["lint"]

[tool.ml-pipeline.data.types]
x = "number"

[tool.ml-pipeline.data.ranges]
x = [0.0, 5003.0]

[tool.ml-pipeline.data.values]
ort = ["Köln – 5€"]
`;
