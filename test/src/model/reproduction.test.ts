import { describe, expect, test } from "vitest";
import { areEqual, chancesText, comparisonText, type ModelComparison } from "../../../src/model/reproduction.ts";

const compared = (changes: Partial<ModelComparison> = {}): ModelComparison => ({
  ...{ files: 2, onlyFirst: [], onlySecond: [], different: [], chances: [] },
  ...changes,
});

test("equal models are said to be, and nothing is guessed about them", () => {
  const found = compared();
  expect(areEqual(found)).toBe(true);
  expect(comparisonText(found)).toBe("trained twice, and all of 2 files are the same, byte for byte");
  expect(chancesText(found)).toBe("");
});

describe("models that differ", () => {
  test("by the first file and its first byte, and what is there", () => {
    const found = compared({
      different: [
        { path: "model.json", offset: 1200, bytes: 1, sizes: [4000, 4000], place: "line 3" },
        { path: "other.bin", offset: 0, bytes: 9, sizes: [9, 9] },
      ],
    });
    expect(areEqual(found)).toBe(false);
    expect(comparisonText(found)).toBe(
      "two trainings on the same inputs gave models that differ: model.json from byte 1,200 on, line 3; 1 byte of 4 kB differs; 1 more file differs: other.bin",
    );
    expect(chancesText(found)).toContain("OMP_NUM_THREADS=1");
  });

  test("by files that only one of them has", () => {
    expect(comparisonText(compared({ onlyFirst: ["a"], onlySecond: ["b", "c"] }))).toBe(
      "two trainings on the same inputs gave models that differ: only the first training wrote a; only the second one wrote b, c",
    );
  });

  test("by nothing but times, which a variable can give", () => {
    const found = compared({
      different: [{ path: "w.zip", offset: 10, bytes: 4, sizes: [100, 102], place: "the times", onlyTimes: true }],
    });
    expect(comparisonText(found)).toContain(
      "w.zip from byte 10 on, the times; 4 bytes differ, and they have 100 and 102 bytes; nothing but times differs",
    );
    expect(chancesText(found)).toContain("SOURCE_DATE_EPOCH");
  });

  test("with the places in the code that may be the reason", () => {
    const chances = Array.from({ length: 12 }, (_, line) => ({
      ...{ path: "src/train.py", line, kind: "random" as const, what: "random.random()" },
    }));
    const lines = chancesText(compared({ onlyFirst: ["a"], chances })).split("\n");
    expect(lines[1]).toBe("  src/train.py:0: random.random(): random.seed is called nowhere");
    expect(lines.at(-1)).toBe("  and 2 more places");
  });
});
