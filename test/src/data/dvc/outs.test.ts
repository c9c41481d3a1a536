import { describe, expect, test } from "vitest";
import { localFindings, pulledFindings, revisionOf, type TrackedOut } from "../../../../src/data/dvc/outs.ts";

const [A, B] = ["a".repeat(32), "b".repeat(32)];

const out = (changes: Partial<TrackedOut> = {}): TrackedOut => ({
  file: "data/train.csv.dvc",
  path: "data/train.csv",
  expected: A,
  state: "same",
  actual: A,
  detail: "",
  ...changes,
});

const different = out({ state: "different", actual: B, detail: "1 byte smaller" });
const missing = out({ state: "missing", actual: "" });

test("the revision names each output once, in one order", () => {
  const test = out({ path: "data/test.csv", expected: B });
  expect(revisionOf([out(), test])).toBe(`data/test.csv@${B} data/train.csv@${A}`);
  expect(revisionOf([test, out()])).toBe(revisionOf([out(), test]));
  expect(revisionOf([])).toBe("");
});

describe("local data", () => {
  test("may match or be missing", () => {
    expect(localFindings({ outs: [out(), missing], problems: [] })).toBe("");
  });

  test("is refused when it differs, with both hashes and what to do", () => {
    expect(localFindings({ outs: [out(), different], problems: [] })).toBe(
      `data/train.csv is not what data/train.csv.dvc says: its MD5 is ${B} (1 byte smaller), expected ${A}. Run \`dvc checkout\` to have the tracked version again, or \`dvc add\` and commit data/train.csv.dvc to keep this one`,
    );
  });

  test("is refused without a hash if it has none", () => {
    const folder = out({ state: "different", actual: "", detail: "is a folder, not a file" });
    expect(localFindings({ outs: [folder], problems: [] })).toContain(`is a folder, not a file, expected ${A}`);
  });

  test("is refused for an unreadable .dvc file; of many findings the first are named", () => {
    expect(localFindings({ outs: [], problems: ["data/x.dvc is not a .dvc file: has no outs"] })).toContain(
      "has no outs",
    );
    expect(localFindings({ outs: Array<TrackedOut>(7).fill(different), problems: [] })).toMatch(
      /; and 2 more findings$/,
    );
  });
});

describe("pulled data", () => {
  test("must exist and match", () => {
    expect(pulledFindings({ outs: [out()], problems: [] }, "there")).toBe("");
    expect(pulledFindings({ outs: [different], problems: [] }, "there")).toContain(
      `expected ${A}. It came like this from there`,
    );
    expect(pulledFindings({ outs: [missing], problems: [] }, "there")).toContain("was not pulled from there");
  });
});
