import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type Findings, findingsSchema } from "../../../src/adopt/findings.ts";
import { TOOLS } from "../../../src/containers/settings.ts";
import { parseJson } from "../../../src/json.ts";
import { ENVIRONMENT_MS, pythonPackages } from "../../support/python-environment.ts";
import { inFolder, pythonWith } from "./python.ts";

/* What is found in tables of Parquet, with DuckDB beside Python and without it. */

let packages: string;
beforeAll(async () => {
  packages = await pythonPackages("duckdb", [`duckdb-cli==${TOOLS["duckdb-cli"]}`]);
}, ENVIRONMENT_MS);

const ROWS = "SELECT i AS \"age, in years\", CASE WHEN i % 2 = 0 THEN 'yes' ELSE 'no' END AS label FROM range(6) t(i)";

async function found(path: string, text?: string): Promise<Findings["data"]> {
  let data: Findings["data"] | undefined;
  await inFolder(async (folder) => {
    mkdirSync(join(folder, "project", "data"), { recursive: true });
    const file = join(folder, "project", "data", "a's [1].parquet");
    if (text === undefined) {
      const sql = `COPY (${ROWS} UNION ALL SELECT 0, 'yes') TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`;
      execFileSync("python3", ["-m", "duckdb_cli", "-c", sql], { env: { ...process.env, PYTHONPATH: packages } });
    } else {
      writeFileSync(file, text);
    }
    const result = join(folder, "result.json");
    const ran = await pythonWith({ PYTHONPATH: path }, "read_project.py", join(folder, "project"), result);
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    data = parseJson(readFileSync(result, "utf8"), findingsSchema, "result.json").data;
  });
  if (data === undefined) throw new Error("nothing was read");
  return data;
}

test("has its columns, its rows, those that repeat, and the classes", async () => {
  const [folder] = await found(packages);
  expect(folder?.tables).toMatchObject([
    {
      ...{ path: "a's [1].parquet", columns: ["age, in years", "label"], rows: 7, decimal: "", thousands: "" },
      repeats: { "a's [1].parquet": 1 },
      classes: { label: ["no", "yes"] },
    },
  ]);
});

test.each([
  ["without DuckDB", "", undefined],
  ["that is none", undefined, "no table"],
  ["that is empty", undefined, ""],
])("a table %s has no columns that anybody knows", async (_what, path, text) => {
  const [folder] = await found(path ?? packages, text);
  expect(folder?.tables).toMatchObject([{ path: "a's [1].parquet", columns: null, rows: null }]);
});
