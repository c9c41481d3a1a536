import { describe, expect, test } from "vitest";
import { planRun, type RunToPlan, type StageToPlan } from "../../../src/cost/plan.ts";
import { entryOf, type JournalEntry } from "../../../src/journal/entry.ts";
import { planSentence, planText } from "../../../src/report/plan.ts";
import { configOf, report, stageReport } from "../support.ts";

const prices = configOf("[cost]\ncpu-minute = 1\ngpu-minute = 10").cost;
const STAGES: readonly StageToPlan[] = [
  { name: "lint", after: [] },
  { name: "test unit", after: [] },
  { name: "train", after: ["lint", "test unit"], epochs: 10 },
];
const run = (changes: Partial<RunToPlan> = {}): RunToPlan => ({
  ...{ stages: STAGES, hashes: {}, pushes: false, pulls: false },
  ...changes,
});

interface Took {
  readonly lint?: number;
  readonly train?: number;
  readonly cached?: boolean;
  readonly epochs?: number;
  readonly seconds?: number;
}

/** A run that took 60 s for its tests, and so long for the rest. */
function past(day: number, { lint = 30, train = 120, cached = false, epochs = 10, seconds }: Took = {}): JournalEntry {
  const made = report({
    startedAt: `2026-11-${String(day).padStart(2, "0")}T08:00:00.000Z`,
    seconds: seconds ?? Math.max(60, lint) + train + 20,
    training: { epochs, device: "cpu", reused: false },
    stages: [
      stageReport("lint", { seconds: lint }),
      stageReport("test unit", { seconds: 60 }),
      stageReport("train", { seconds: train, cached }),
    ],
  });
  const entry = entryOf(JSON.stringify(made));
  if (entry === undefined) throw new Error("the report is none");
  return entry;
}

const three = [past(1), past(2), past(3)];
const stateOf = (plan: ReturnType<typeof planRun>, name: string) => plan.stages.find((stage) => stage.name === name);

describe("a plan", () => {
  test("has what stages took, those side by side once, and what is between them", () => {
    const plan = planRun(run(), three, prices);
    expect(plan.seconds).toEqual({ low: 200, middle: 200, high: 200 });
    expect(plan.cost?.middle).toBeCloseTo(200 / 60);
    expect(plan.guesses).toEqual([]);
    expect(planSentence(plan)).toMatch(
      /^About 3 min 20 s and 3\.33 USD, of which train 1\.90 USD, by 3 earlier runs\.$/,
    );
  });

  test("of nothing earlier says that nothing is known", () => {
    const plan = planRun(run(), [], prices);
    expect(plan.stages.map(({ state }) => state)).toEqual(["unknown", "unknown", "unknown"]);
    expect(plan.cost).toBeUndefined();
    expect(planSentence(plan)).toContain("is unknown: no earlier run was found");
  });

  test("says which stage nobody has timed, and counts the others", () => {
    const plan = planRun(run({ stages: [...STAGES, { name: "serve", after: ["train"] }] }), three, prices);
    expect(stateOf(plan, "serve")).toEqual({ name: "serve", state: "unknown", runs: 0 });
    expect(planSentence(plan)).toMatch(/^At least .*; serve not counted, which nobody has timed\.$/);
    expect(planText(plan)).toContain("unknown: nobody has timed it");
  });

  test("does not take the time of an answer from the cache for that of the work", () => {
    const cached = past(4, { train: 0.2, cached: true });
    expect(stateOf(planRun(run(), [...three, cached], prices), "train")?.seconds?.low).toBe(120);
    expect(stateOf(planRun(run(), [cached], prices), "train")?.state).toBe("unknown");
    const same = run({ hashes: { source: "sha256:a", data: "sha256:b" } });
    expect(stateOf(planRun(same, [cached], prices), "train")).toEqual({
      ...{ name: "train", state: "cached", runs: 0, guessed: "never timed at work" },
      ...{ seconds: { low: expect.closeTo(0.02), middle: 0.2, high: 0.4 }, cost: expect.anything() },
    });
    expect(planText(planRun(same, [cached], prices))).toMatch(
      /train +from the cache where it still has it, else unknown\*/,
    );
  });

  test("does not take a model of --reuse for a training", () => {
    const reused = [{ ...past(4, { train: 0.3 }), training: { epochs: 10, reused: true } }];
    const same = run({ hashes: { source: "sha256:a", data: "sha256:b" } });
    expect(stateOf(planRun(run(), reused, prices), "train")?.state).toBe("unknown");
    expect(stateOf(planRun(same, reused, prices), "train")).toMatchObject({ state: "cached", seconds: { high: 0.6 } });
  });

  test("takes the time of a check that only warns, and not of one that failed", () => {
    const ended = (status: "warned" | "failed"): JournalEntry[] =>
      three.map((entry) => ({ ...entry, stages: entry.stages.map((stage) => ({ ...stage, status })) }));
    expect(stateOf(planRun(run(), ended("warned"), prices), "lint")).toMatchObject({ state: "runs", runs: 3 });
    expect(stateOf(planRun(run(), ended("failed"), prices), "lint")?.state).toBe("unknown");
  });

  test("has the spread of the last ten runs, whatever their order", () => {
    const old = past(1, { train: 9000 });
    const last = Array.from({ length: 10 }, (_, index) => past(index + 2, { train: 100 + index }));
    const train = stateOf(planRun(run(), [...last.slice(5), old, ...last.slice(0, 5)], prices), "train");
    expect(train).toMatchObject({ runs: 10, seconds: { middle: 104.5 } });
    // By numpy, with scipy.stats.t.ppf(0.9, 9) = 1.3830287.
    expect(train?.seconds?.low).toBeCloseTo(100.159237, 5);
    expect(train?.seconds?.high).toBeCloseTo(108.946493, 5);
    expect(train?.guessed).toBeUndefined();
  });

  test("says where it rests on too few runs", () => {
    const plan = planRun(run(), [past(1)], prices);
    expect(stateOf(plan, "train")?.guessed).toBe("by one run alone, from a tenth of that to double");
    expect(planSentence(plan)).toContain("USD*");
    expect(planText(plan)).toMatch(/\* is assumed:\n {2}lint: by one run alone/);
  });

  test("reckons a training of other epochs in proportion, and says so", () => {
    const other = [past(1, { epochs: 5 }), past(2, { epochs: 5 }), past(3, { epochs: 5 })];
    expect(stateOf(planRun(run(), other, prices), "train")).toMatchObject({
      seconds: { middle: 240 },
      guessed: "in proportion to the epochs of earlier runs",
    });
    const both = [...other, past(4, { train: 300, epochs: 10 })];
    expect(stateOf(planRun(run(), both, prices), "train")?.seconds?.middle).toBe(300);
  });

  test("knows what may come from the cache: what passed with the same source and data", () => {
    const same = { source: "sha256:a", data: "sha256:b" };
    const plan = planRun(run({ hashes: same }), three, prices);
    expect(plan.stages.map(({ state }) => state)).toEqual(["cached", "cached", "cached"]);
    expect(plan.seconds).toEqual({ low: 20, middle: 200, high: 200 });
    const changed = planRun(run({ hashes: { ...same, data: "sha256:other" } }), three, prices);
    expect(changed.stages.map(({ state }) => state)).toEqual(["runs", "runs", "runs"]);
    const longer = STAGES.map((stage) => (stage.name === "train" ? { ...stage, epochs: 20 } : stage));
    expect(stateOf(planRun(run({ hashes: same, stages: longer }), three, prices), "train")?.state).toBe("runs");
  });

  test("knows by its key what a change does not affect, and what it does though source and data are the same", () => {
    const keyed = (entry: JournalEntry, keys: Readonly<Record<string, string>>): JournalEntry => ({
      ...entry,
      stages: entry.stages.map((stage) => ({ ...stage, key: { hash: keys[stage.name] ?? "" } })),
    });
    const keys = { lint: "a", "test unit": "b", train: "c" };
    const before = three.map((entry) => keyed(entry, keys));
    const planned = (changes: Readonly<Record<string, string>>, earlier = before) => {
      const stages = STAGES.map((stage) => ({ ...stage, key: { ...keys, ...changes }[stage.name] ?? "" }));
      return planRun(run({ stages, hashes: { source: "sha256:a", data: "sha256:b" } }), earlier, prices);
    };
    const states = ({ stages }: ReturnType<typeof planRun>) => stages.map(({ state }) => state);
    expect(states(planned({ lint: "other" }))).toEqual(["runs", "cached", "cached"]);
    // None of the three had anything to repeat that the cache had: it may be a runner that is new each time.
    expect(stateOf(planned({}), "train")?.seconds).toEqual({ low: 0, middle: 120, high: 120 });
    const cached = keyed(past(4, { train: 0.2, cached: true }), keys);
    const warm = [cached, ...before].map((entry) => ({
      ...entry,
      stages: entry.stages.map((stage) => ({ ...stage, cached: entry === cached })),
    }));
    expect(stateOf(planned({}, warm.slice(0, 2)), "train")?.seconds).toEqual({ low: 0, middle: 0, high: 240 });
  });

  test("leaves out what is off, and what the last run that passed skipped", () => {
    const stages = [{ name: "lint", after: [], isOff: true }, ...STAGES.slice(1)];
    expect(stateOf(planRun(run({ stages }), three, prices), "lint")).toMatchObject({ state: "skipped", runs: 0 });
    const entry = past(1);
    const skipping = {
      ...entry,
      stages: entry.stages.map((stage) => (stage.name === "lint" ? { ...stage, status: "skipped" as const } : stage)),
    };
    expect(stateOf(planRun(run(), [skipping], prices), "lint")?.guessed).toBe("skipped as in the last run that passed");
  });

  test("has the GPU of the training, and an image that is pushed", () => {
    const stages = STAGES.map((stage) => ({ ...stage, usesGpu: stage.name === "train" }));
    const plan = planRun(run({ stages }), three, prices);
    expect(plan.cost?.middle).toBeCloseTo(200 / 60 + 20);
    expect(planRun(run({ pushes: true }), three, prices).guesses).toEqual([
      "no earlier run tells how large the image is: transfer and storage are left out",
    ]);
    const sized = three.map((entry) => ({ ...entry, image: { bytes: 1e9 } }));
    expect(planRun(run({ pushes: true }), sized, prices).cost?.middle).toBeCloseTo(200 / 60 + 0.09 + 0.023);
  });
});

test.each(["", "{", "{}", "[]", '{"startedAt":"yesterday"}', JSON.stringify({ ...report(), seconds: -1 })])(
  "no report is no entry: %s",
  (text) => {
    expect(entryOf(text)).toBeUndefined();
  },
);
