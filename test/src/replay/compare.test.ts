import { describe, expect, test } from "vitest";
import type { KeyInputs, KeyParts } from "../../../src/keys/parts.ts";
import { dataDifferences, sourceDifferences } from "../../../src/replay/compare.ts";
import { type RecordedRun, replayedReportSchema } from "../../../src/replay/recorded.ts";

const FILES: KeyInputs = {
  files: {
    "sha256:1": { "src/train.py": "a", "src/model.py": "b" },
    "sha256:2": { "src/train.py": "c", "src/model.py": "b" },
    "sha256:d": { "rows.csv": "1" },
    "sha256:e": { "rows.csv": "2", "more.csv": "3" },
  },
  settings: {},
};

const recorded = (stages: Readonly<Record<string, KeyParts | undefined>>): RecordedRun => ({
  ...replayedReportSchema.parse({
    startedAt: "2026-11-30T10:00:00.000Z",
    hashes: {},
    stages: Object.entries(stages).map(([name, parts]) => ({
      ...{ name, status: "failed", message: "" },
      ...(parts === undefined ? {} : { key: { hash: "sha256:0", parts } }),
    })),
  }),
  inputs: FILES,
});

const now = (stages: Readonly<Record<string, KeyParts>>) => ({
  keys: Object.fromEntries(Object.entries(stages).map(([name, parts]) => [name, { parts }])),
  inputs: FILES,
});

describe("the source", () => {
  test("is the same where the stages that are replayed have the same of it", () => {
    const run = recorded({ lint: { source: "sha256:2" }, train: { source: "sha256:1", image: "python:3.12-slim" } });
    expect(sourceDifferences(run, now({ train: { source: "sha256:1", image: "python:3.12-slim" } }))).toEqual([]);
  });

  test("differs by files, settings and versions, each told once", () => {
    const run = recorded({ train: { source: "sha256:1", epochs: "10" }, gates: { source: "sha256:1" } });
    const other = now({ train: { source: "sha256:2", epochs: "3" }, gates: { source: "sha256:2" } });
    expect(sourceDifferences(run, other)).toEqual(["src/train.py changed", "epochs went from 10 to 3"]);
  });

  test("is not told from data, models and results of earlier stages, which are found apart", () => {
    const before = { source: "sha256:1", data: "sha256:d", model: "sha256:m", baseline: "sha256:b", train: "sha256:t" };
    const run = recorded({ train: {}, gates: before });
    expect(sourceDifferences(run, now({ train: {}, gates: { source: "sha256:1", train: "sha256:u" } }))).toEqual([]);
  });

  test("cannot be told where the report has no keys", () => {
    expect(sourceDifferences(recorded({ train: undefined }), now({ train: {} }))).toBeUndefined();
    expect(sourceDifferences(recorded({ lint: {} }), now({ train: {} }))).toBeUndefined();
  });
});

test("data differ by their files", () => {
  expect(dataDifferences("sha256:d", "sha256:e", recorded({}), FILES)).toEqual([
    "rows.csv of the data changed",
    "more.csv of the data was added",
  ]);
});
