import { expect, test } from "vitest";
import {
  affectedBy,
  affectedOutputs,
  affectedStages,
  affectedText,
  type KeyedTree,
} from "../../../src/keys/affected.ts";

/** A tree in which gates take what train gives. */
const tree = (
  changes: { readonly tests?: string; readonly source?: string; readonly data?: string } = {},
): KeyedTree => {
  const { tests = "t", source = "s", data = "d" } = changes;
  return {
    stages: [
      { name: "test unit", parts: { source: `sha256:${tests}` } },
      { name: "train", parts: { source: `sha256:${source}`, data: `sha256:${data}` } },
      { name: "gates", parts: { data: `sha256:${data}`, train: `sha256:${source}${data}` } },
    ],
    inputs: {
      files: {
        [`sha256:${tests}`]: { "tests/test_a.py": tests },
        [`sha256:${source}`]: { "src/a.py": source },
        [`sha256:${data}`]: { "rows.csv": data },
      },
      settings: {},
    },
  };
};

test("the same trees affect nothing", () => {
  const found = affectedBy(tree(), tree());
  expect(affectedStages(found)).toEqual([]);
  expect(affectedText(found)).toBe(
    [
      "None of 3 stages is affected.",
      ...["test unit  not affected", "train      not affected", "gates      not affected"],
    ].join("\n"),
  );
  expect(affectedOutputs(found)).toBe(
    "AFFECTED=\nCOMPARED=true\nRUN_TEST_UNIT=false\nRUN_TRAIN=false\nRUN_GATES=false\n",
  );
});

test("a stage is affected by its files, or by a stage that passes it on", () => {
  const found = affectedBy(tree(), tree({ source: "other" }));
  expect(affectedStages(found)).toEqual(["train", "gates"]);
  expect(affectedText(found).split("\n").slice(1)).toEqual([
    ...["test unit  not affected", "train      src/a.py changed", "gates      passed on by train"],
  ]);
  expect(affectedText(affectedBy(tree(), tree({ data: "other" })))).toContain(
    "gates      rows.csv of the data changed; passed on by train",
  );
  expect(affectedOutputs(affectedBy(tree(), tree({ tests: "new" })))).toContain("AFFECTED=test-unit\n");
});

test("a stage that was not there is affected, and all are without a tree to compare with", () => {
  const [first, ...others] = tree().stages;
  expect(affectedBy({ ...tree(), stages: others }, tree()).stages[0]).toEqual({
    ...{ name: first?.name, isAffected: true, because: ["it did not run before"], after: [] },
  });
  const found = affectedBy(undefined, tree());
  expect(affectedStages(found)).toEqual(["test unit", "train", "gates"]);
  expect(affectedText(found)).toMatch(/^There is no --base to compare with, so all 3 stages count as affected/);
  expect(affectedOutputs(found)).toContain("COMPARED=false\n");
});
