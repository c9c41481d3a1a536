import { beforeAll, describe, it } from "vitest";
import { duckdb, ENVIRONMENT_MS } from "../reference/python.ts";
import { expectFindings } from "./data/run.ts";
import { DATA_SCENARIOS } from "./data-rules.ts";

/** By the command line as a user types it: sound data passes, and of flawed data it is said what is wrong and where. */
describe("validate-data", () => {
  // The environment of DuckDB, which makes some of the files, is made before a test must wait for it.
  beforeAll(() => duckdb("-c", "SELECT 1"), ENVIRONMENT_MS);

  it.each(DATA_SCENARIOS)("refuses $name", (scenario) => expectFindings(scenario), 300_000);
});
