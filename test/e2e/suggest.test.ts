import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { mlPipeline } from "./pipeline.ts";
import { dataRows, tinyProject } from "./project.ts";

const TINY = '[tool.ml-pipeline.data]\nlabel = "label"\nrequired = ["x", "label"]\n';

it("suggests rules that the data keeps, and that a value out of place breaks", async () => {
  const project = await tinyProject();
  const inputs = [`--source=${project.source}`, `--data=${project.data}`];
  try {
    await project.edit("pyproject.toml", TINY, "");
    const [header = "", ...rows] = dataRows(1200).trim().split("\n");
    const more = rows.map(
      (row, place) => `${row},"note ""${place}"", of $(touch x)",2024-01-${10 + (place % 20)},${place}`,
    );
    const table = [`${header},"a ""note""",day,row_id`, ...more].join("\n");
    await writeFile(join(project.data, "rows.csv"), `${table}\n`);
    const suggested = await mlPipeline(["suggest", ...inputs]);
    expect(suggested.exitCode, suggested.stderr).toBe(0);
    expect(suggested.stdout).toContain('label = "label"');
    expect(suggested.stdout).toContain('unique = ["row_id"]');
    expect(suggested.stdout).toContain('day = "date"');

    const pyproject = join(project.source, "pyproject.toml");
    await writeFile(pyproject, `${await readFile(pyproject, "utf8")}\n${suggested.stdout}`);
    const kept = await mlPipeline(["validate-data", ...inputs]);
    expect(kept.exitCode, kept.stderr).toBe(0);

    await writeFile(join(project.data, "rows.csv"), `${table}\n99,perhaps,"short",yesterday,0\n`);
    const broken = await mlPipeline(["validate-data", ...inputs]);
    expect(broken.exitCode).not.toBe(0);
    for (const rule of ["data.values.label", "data.ranges.x", "data.types.day", "data.unique"]) {
      expect(broken.stderr).toContain(rule);
    }
  } finally {
    await project.remove();
  }
}, 120_000);

it("writes rules for each kind of table, whose findings name the table", async () => {
  const project = await tinyProject();
  const inputs = [`--source=${project.source}`, `--data=${project.data}`];
  try {
    const cities = Array.from({ length: 1001 }, (_, place) => `${place},c${place % 7},${place % 3}`);
    const table = ["city_id,name,zone", ...cities].join("\n");
    await writeFile(join(project.data, "cities.csv"), `${table}\n`);
    await writeFile(join(project.data, "map.png"), "no table");
    const suggested = await mlPipeline(["suggest", ...inputs]);
    expect(suggested.exitCode, suggested.stderr).toBe(0);
    expect(suggested.stdout).toMatch(
      /^# .* place of .*\n# There are 2 tables .*: cities \(cities\.csv\), rows \(rows\.csv\)\.\n# .*data\.files/,
    );

    await project.edit("pyproject.toml", TINY, suggested.stdout);
    const kept = await mlPipeline(["validate-data", ...inputs]);
    expect(kept.exitCode, kept.stderr).toBe(0);
    expect(kept.stdout).toMatch(
      /2,201 rows in 2 files of 2 tables: \d+ checks kept; not looked at: 1 \.png \(no tables\)/,
    );

    await writeFile(join(project.data, "cities.csv"), `${table}\n0,c0,99\n`);
    const broken = await mlPipeline(["validate-data", ...inputs]);
    expect(broken.exitCode).not.toBe(0);
    expect(broken.stderr).toContain("data.tables.cities.ranges.zone");
    expect(broken.stderr).toContain("data.tables.cities.unique");
  } finally {
    await project.remove();
  }
}, 120_000);

it("says which table cannot be read, and suggests nothing", async () => {
  const project = await tinyProject();
  try {
    await writeFile(join(project.data, "rows.csv"), `${dataRows(1200)}1,2,3\n`);
    const ended = await mlPipeline(["suggest", `--source=${project.source}`, `--data=${project.data}`]);
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stdout).toBe("");
    expect(ended.stderr).toMatch(
      /The data cannot be read as it is: rows\.csv cannot be read in line 1202: it has 3 fields/,
    );
  } finally {
    await project.remove();
  }
});
