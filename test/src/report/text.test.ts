import { describe, expect, test } from "vitest";
import { assertStages, failedRunText, failureText, passedText } from "../../../src/report/text.ts";
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

describe("the text of a run that failed", () => {
  const lines = [
    stageReport("lint", { status: "failed", message: "ruff check src/: exit code 1", output: "F401" }),
    stageReport("test unit", { warnings: ["one test is skipped"] }),
    stageReport("build image", { message: `image ${"x".repeat(300)}` }),
    stageReport("evaluate candidate", { status: "failed", message: "python -m src.evaluate: exit code 1" }),
    skipped,
  ];
  const text = failedRunText((failed) => `Pipeline failed: ${failed}.`, lines).split("\n");

  test("names all that failed, and after a line for each of the others what failed", () => {
    expect(text[0]).toBe("Pipeline failed: lint, evaluate candidate.");
    expect(text.slice(2, 5).map((line) => line.slice(0, 24))).toEqual([
      "⚠ test unit: test unit i",
      "✓ build image: image xxx",
      "– gates: after train fai",
    ]);
    expect(text.slice(6)).toEqual([
      "✗ lint: ruff check src/: exit code 1",
      "    F401",
      "",
      "✗ evaluate candidate: python -m src.evaluate: exit code 1",
      "",
      "See docs/your-project.md of ml-pipeline.",
    ]);
  });

  test("is brief about what did not fail", () => {
    for (const line of text.slice(2, 5)) expect(line.length).toBeLessThanOrEqual(161);
  });
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
