import { expect, test } from "vitest";
import { suiteLayers } from "../../../src/stages/test-layer.ts";
import { userError } from "../support.ts";

test("a suite is one layer or all of them", () => {
  expect(suiteLayers("all")).toEqual(["unit", "integration", "data", "model", "e2e"]);
  expect(suiteLayers("model")).toEqual(["model"]);
});

test.each(["units", "", "ALL", "unit,data", "constructor"])("%j is refused with what is possible", (suite) => {
  expect(userError(() => suiteLayers(suite))).toBe(
    `--suite=${suite}: expected all, unit, integration, data, model, e2e.`,
  );
});
