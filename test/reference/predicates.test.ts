import { beforeAll, describe, expect, it } from "vitest";
import { predicateMacro } from "../../src/tables/predicate.ts";
import { duckdb, ENVIRONMENT_MS } from "./python.ts";

/** What DuckDB says of a predicate over the columns x and label of one row, asked as in a pass over data. */
async function judged(predicate: string): Promise<string> {
  const asked = `${predicateMacro(predicate, "rule", ["x", "label"]).join("\n")} SELECT rule(0.5, 'yes') AS answer;`;
  try {
    return await duckdb("-bail", "-c", asked);
  } catch (error) {
    // The message has what was asked in it.
    return (error as { readonly stderr: string }).stderr;
  }
}

beforeAll(() => duckdb("-c", "SELECT 1"), ENVIRONMENT_MS);

describe("a predicate is refused by DuckDB", () => {
  it.each([
    "(SELECT count(*) FROM read_text('/etc/passwd')) = 0",
    "(SELECT content FROM read_text('/etc/hostname')) IS NULL",
    "error((SELECT content FROM read_text('/etc/passwd')))",
    "x > (SELECT count(*) FROM read_csv('/etc/passwd', delim = ':', header = false))",
    "x IN (SELECT 1.0 FROM read_blob('/proc/self/environ'))",
    "x NOT IN (FROM '/etc/passwd')",
    "x > ANY (SELECT size FROM read_blob('/proc/self/environ'))",
    "EXISTS (SELECT 1 FROM glob('/proc/*/environ'))",
    "EXISTS (FROM glob('/opt/*'))",
    "list_contains(ARRAY(SELECT file FROM glob('/*')), 'x')",
    "list_transform([1], lambda one: (SELECT count(*) FROM read_text('/etc/passwd')))[1] = 0",
    "(FROM read_text('/etc/passwd') SELECT 1) > 0",
    "(WITH a AS (SELECT content FROM read_text('/etc/passwd')) SELECT count(*) FROM a) = 0",
    "CASE WHEN x > 2 THEN (SELECT true FROM duckdb_secrets()) ELSE true END",
    "x BETWEEN (SELECT 0) AND (SELECT 1)",
    "(SELECT count(*) FROM query('SELECT 1')) = 0",
    "(SELECT count(*) FROM sniff_csv('/etc/passwd')) = 0",
    "x = (VALUES (1))",
    "(SELECT bool_or(v > 0) FROM unnest([x]) t(v))",
  ])("for a query of its own: %s", async (predicate) => {
    expect(await judged(predicate)).toContain("Error: it has a query of its own (SELECT or FROM)");
  });

  it.each([
    ["getenv('HOME') = 'x'", "getenv"],
    ["GeTeNv('HOME') IS NULL", "getenv"],
    ["\"getenv\"('HOME') IS NULL", "getenv"],
    ["system.main.getenv('HOME') IS NULL", "getenv"],
    ["error(getenv('PATH'))", "getenv"],
    ["x > 2 AND current_setting('home_directory') = ''", "current_setting"],
    ["getvariable('one') IS NULL", "getvariable"],
    ["current_query() = ''", "current_query"],
    ["write_log('one') IS NULL", "write_log"],
  ])("for what it asks outside of the data: %s", async (predicate, name) => {
    expect(await judged(predicate)).toContain(`Error: ${name}() tells of what is outside of the data`);
  });

  it.each(["x > 0) OR (true", "x > 0; SELECT 1", "x > 0, 1", "x > 0 AS one", "x > 0 FROM glob('/*')", "*"])(
    "where it is not one expression: %s",
    async (predicate) => {
      expect(await judged(predicate)).toContain("Error: ");
    },
  );
});

it.each([
  "x > 0 AND label IN ('yes', 'no')",
  "label <> 'SELECT content FROM read_text(1)' -- SELECT",
  "label <> 'getenv' /* getenv('HOME') */",
  "CASE WHEN label = 'yes' THEN x BETWEEN 0 AND 1 ELSE x < 0 END",
  "regexp_matches(label, '^[a-z]+$') AND length(label) = 3",
  "list_contains(list_transform([x, 1], lambda one: one > 0), true)",
  "{'class': 'SUBQUERY', 'function_name': 'getenv'}.class = 'SUBQUERY'",
  "current_date > DATE '2020-01-01'",
])("a predicate about a row is asked: %s", async (predicate) => {
  expect(await judged(predicate)).toContain("true");
});
