import { expect, test } from "vitest";
import { Suite, suiteLayers } from "../../../src/stages/test-layer.ts";

test("a suite is one layer or all of them", () => {
  expect(suiteLayers(Suite.ALL)).toEqual(["unit", "integration", "data", "model", "e2e"]);
  expect(suiteLayers(Suite.MODEL)).toEqual(["model"]);
});
