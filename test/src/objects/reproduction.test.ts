import { expect, test } from "vitest";
import type { ModelComparison } from "../../../src/model/reproduction.ts";
import { Reproduction } from "../../../src/objects/reproduction.ts";
import { userError } from "../support.ts";

const record = (changes: Partial<ModelComparison>): Reproduction =>
  new Reproduction(JSON.stringify({ files: 2, onlyFirst: [], onlySecond: [], different: [], chances: [], ...changes }));

test("two models that are the same are said to be, with how many files", () => {
  const one = record({});
  expect([one.outcome(), one.files()]).toEqual(["same", []]);
  expect(one.assert()).toBe("trained twice, and all of 2 files are the same, byte for byte");
});

test("models that differ are a record with all files that do, and fail with the reasons that the code may have", () => {
  const one = record({
    different: [{ path: "model.json", offset: 26, bytes: 22, sizes: [68, 68], place: "line 1" }],
    onlyFirst: ["a, b"],
    onlySecond: ["c"],
    chances: [{ path: "src/train.py", line: 27, kind: "random", what: "random.random()" }],
  });
  expect([one.outcome(), one.files()]).toEqual(["different", ["model.json", "a, b", "c"]]);
  const told = userError(() => one.assert());
  expect(told).toContain("model.json from byte 26 on, line 1");
  expect(told).toContain("  src/train.py:27: random.random(): random.seed is called nowhere");
  expect(told).toContain(one.text());
});
