import { describe, it } from "vitest";
import { expectFindings } from "./data/run.ts";
import { DATA_SCENARIOS } from "./data-rules.ts";

/** By the command line as a user types it: sound data passes, and of flawed data it is said what is wrong and where. */
describe("validate-data", () => {
  it.each(DATA_SCENARIOS)("$name", (scenario) => expectFindings(scenario), 300_000);
});
