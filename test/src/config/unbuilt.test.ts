import { describe, expect, test } from "vitest";
import { unbuiltDataRules, unbuiltMessage } from "../../../src/config/unbuilt.ts";
import { configOf } from "../support.ts";

describe("a check that is configured and not built yet never looks like a kept one", () => {
  test.each([
    ['types = { a = "integer" }', "types"],
    ["values = { a = [1] }", "values"],
    ["ranges = { a = [0, 1] }", "ranges"],
    ["min-class-ratio = 0.1", "min-class-ratio"],
    ["max-duplicates = 0", "max-duplicates"],
    ["text.review.min-length = 1", "text"],
    ["drift = {}", "drift"],
  ])("data.%s", (toml, key) => {
    expect(unbuiltDataRules(configOf(`[data]\n${toml}`))).toEqual([`data.${key}`]);
  });

  test("rules on data that are built are not among them", () => {
    expect(
      unbuiltDataRules(configOf('[data]\nlabel = "y"\nrequired = ["a"]\nmin-rows = 1\nfiles = ["*.csv"]')),
    ).toEqual([]);
  });

  test("says what to do", () => {
    expect(unbuiltMessage("data.drift")).toMatch(/^data\.drift is configured.*Remove it/);
  });
});
