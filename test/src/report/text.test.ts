import { describe, expect, test } from "vitest";
import { assertStages, failureText, passedText } from "../../../src/report/text.ts";
import { stageReport, userError } from "../support.ts";

const failed = stageReport("train", { status: "failed", message: "python -m src.train: exit code 1", output: "a\nb" });
const skipped = stageReport("gates", { status: "skipped", message: "after train failed" });

test("failed stages are shown with their command, their end and their last lines; others are left out", () => {
  expect(failureText("Pipeline failed", [stageReport("lint"), failed, skipped])).toBe(
    "Pipeline failed\n\n✗ train: python -m src.train: exit code 1\n    a\n    b",
  );
});

test("where to read on is said last, once, of the stages that have a page", () => {
  const failing = (name: string) => stageReport(name, { status: "failed", message: "broken" });
  expect(failureText("Failed", [failing("gates"), stageReport("validate data")])).toBe(
    "Failed\n\n✗ gates: broken\n\nSee docs/gates.md of ml-pipeline.",
  );
  expect(failureText("Failed", ["pull data", "gates", "gates"].map(failing))).toMatch(
    /\n\nSee docs\/dvc\.md and docs\/gates\.md of ml-pipeline\.$/,
  );
});

test("what passed and what was skipped has a line each", () => {
  expect(passedText([stageReport("lint"), skipped])).toBe("✓ lint: lint is well\n– gates: after train failed");
});

describe("assertStages", () => {
  test("gives the lines where nothing failed", () => {
    expect(assertStages([stageReport("lint"), skipped])).toBe(passedText([stageReport("lint"), skipped]));
  });

  test("says of one that failed its line, and nothing twice", () => {
    expect(userError(() => assertStages([failed, skipped]))).toBe(
      "✗ train: python -m src.train: exit code 1\n    a\n    b",
    );
  });

  test("names all that failed", () => {
    const text = userError(() => assertStages([failed, stageReport("lint", { status: "failed", message: "ruff" })]));
    expect(text.split("\n")[0]).toBe("train, lint failed");
    expect(text).toContain("✗ lint: ruff");
  });
});
