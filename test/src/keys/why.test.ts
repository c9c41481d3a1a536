import { describe, expect, test } from "vitest";
import { type KeyedRun, whyText } from "../../../src/keys/why.ts";
import { userError } from "../support.ts";

const parts = { source: "sha256:s", data: "sha256:d", epochs: "10" };
const stage = (name: string, changes: Partial<KeyedRun["stages"][number]> = {}): KeyedRun["stages"][number] => ({
  ...{ name, status: "passed", message: "well", cached: false },
  ...changes,
});
const run = (changes: Partial<KeyedRun> = {}): KeyedRun => ({
  startedAt: "2026-11-30T12:00:00.000Z",
  hashes: { trainingParts: parts },
  training: { reused: false },
  stages: [stage("lint"), stage("train")],
  inputs: { files: { "sha256:s": { "src/a.py": "1" }, "sha256:d": { "train.csv": "1" } }, settings: {} },
  ...changes,
});
const earlier = run({ startedAt: "2026-11-29T12:00:00.000Z", runId: "17" });
const changed = {
  hashes: { trainingParts: { ...parts, source: "sha256:t" } },
  inputs: { files: { "sha256:t": { "src/a.py": "2" } }, settings: {} },
};

describe("train", () => {
  test("ran because of the file that changed, and all else is said not to have", () => {
    expect(whyText("train", run(changed), earlier)).toBe(
      "train ran because src/a.py changed since run 17 (2026-11-29T12:00:00.000Z).\nUnchanged: data, epochs.",
    );
  });

  test("ran because of several things, a line each", () => {
    const two = { ...changed, hashes: { trainingParts: { ...changed.hashes.trainingParts, epochs: "20" } } };
    expect(whyText("train", run(two), { ...earlier, runId: undefined })).toBe(
      [
        "train ran because of what changed since the run of 2026-11-29T12:00:00.000Z:",
        ...["  src/a.py changed", "  epochs went from 10 to 20", "Unchanged: data."],
      ].join("\n"),
    );
  });

  test("ran although nothing changed, with what may be the reason and what helps", () => {
    expect(whyText("train", run(), earlier)).toMatch(
      /^train ran although nothing that it depends on changed since run 17 .*cache.*--reuse=DIR/,
    );
  });

  test.each([
    [
      "from the cache",
      { stages: [stage("train", { cached: true })] },
      /^train did not run again.*cache had the result/,
    ],
    ["from --reuse", { training: { reused: true } }, /^train did not run, since the model of --reuse/],
  ])("came %s, and what makes it another training than the earlier one", (_name, how, words) => {
    expect(whyText("train", run({ ...changed, ...how }), earlier)).toMatch(words);
    expect(whyText("train", run({ ...changed, ...how }), earlier)).toContain("src/a.py changed since run 17");
    expect(whyText("train", run(how), earlier)).toMatch(
      /^train did not run.*nothing that it depends on changed since run 17/,
    );
  });

  test("without an earlier run says what it depends on", () => {
    expect(whyText("train", run())).toMatch(/^train ran: .*--since=DIR/);
    expect(whyText("train", run())).toContain("\n  source: sha256:s\n  data: sha256:d\n  epochs: 10");
    expect(whyText("train", run({ training: { reused: true } }))).toContain("--reuse was trained on these inputs");
  });

  test("that failed is told like any other, as far as it got", () => {
    const failed = { stages: [stage("train", { status: "failed", message: "no module src.train" })] };
    expect(whyText("train", run({ ...changed, ...failed }), earlier)).toContain("src/a.py changed");
    expect(whyText("train", run({ ...failed, hashes: {} }), earlier)).toBe(
      "train failed before it was known what it depends on: no module src.train",
    );
  });

  test("of a report that does not have the parts says so", () => {
    expect(whyText("train", run({ hashes: {} }), earlier)).toContain("of a version that did not record it");
    expect(userError(() => whyText("train", run(), { ...earlier, hashes: {} }))).toContain("The report of --since");
  });

  test("is compared with what came before it only", () => {
    expect(userError(() => whyText("train", earlier, run()))).toMatch(
      /--since \(2026-11-30.*began after .*--report \(2026-11-29/,
    );
  });

  test("of two projects says that they are", () => {
    const [one, other] = [{ project: { name: "one" } }, { project: { name: "other" } }];
    expect(whyText("train", run({ ...changed, ...one }), { ...earlier, ...other })).toMatch(
      /^The reports are of two projects: other before, one now\.\ntrain ran/,
    );
  });
});

describe("any other stage", () => {
  const stages = [
    stage("lint", { cached: true }),
    stage("test unit"),
    stage("train", { status: "skipped", message: "after lint failed" }),
  ];

  test("ran or not, and no more is claimed of one without a key", () => {
    expect(whyText("lint", run({ stages }))).toMatch(/^lint did not run again: the cache had its result/);
    expect(whyText("test unit", run({ stages }), earlier)).toMatch(/^The report says nothing of what test unit/);
    expect(whyText("train", run({ stages }))).toBe("train did not run: after lint failed");
  });

  test("ran because of what its own key has", () => {
    const keyed = (parts: Record<string, string>, changes: Partial<KeyedRun> = {}): KeyedRun =>
      run({ ...changes, stages: [stage("gates", { key: { hash: "sha256:k", parts } }), stage("train")] });
    const before = keyed({ train: "sha256:1", settings: "sha256:2" }, { startedAt: earlier.startedAt, runId: "17" });
    expect(whyText("gates", keyed({ train: "sha256:9", settings: "sha256:2" }), before)).toBe(
      "gates ran because what train depends on changed since run 17 (2026-11-29T12:00:00.000Z).\nUnchanged: settings.",
    );
    expect(whyText("gates", keyed({ train: "sha256:1" }))).toMatch(
      /^gates ran: the cache had no result .*\n {2}train: /,
    );
    expect(userError(() => whyText("gates", keyed({ train: "sha256:1" }), earlier))).toContain("The report of --since");
  });

  test("that is not there is told with those that are", () => {
    expect(userError(() => whyText("tran", run()))).toMatch(
      /--stage=tran: .*Did you mean train\? It has lint, train\./,
    );
  });
});
