import { readFileSync } from "node:fs";
import type { Directory } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import type { Bisected } from "../../../src/bisect/result.ts";
import { assertReport } from "../../../src/functions/assert.ts";
import type { ModelComparison } from "../../../src/model/reproduction.ts";
import { Affected } from "../../../src/objects/affected.ts";
import { Bisection } from "../../../src/objects/bisection.ts";
import { Deployment } from "../../../src/objects/deployment.ts";
import { Drift } from "../../../src/objects/drift.ts";
import { Evaluation } from "../../../src/objects/evaluation.ts";
import { Reproduction } from "../../../src/objects/reproduction.ts";
import { Retraining } from "../../../src/objects/retraining.ts";
import { Run } from "../../../src/objects/run.ts";
import { SelfTest } from "../../../src/objects/self-test.ts";
import type { Report } from "../../../src/report/report.ts";
import type { ReportedRetraining } from "../../../src/report/retraining.ts";
import { fellNowhere, fellOnce } from "../bisect/found.ts";
import { driftedRun, failedRun, passedRun } from "../report/runs.ts";
import { report, stageReport } from "../support.ts";

/* The report of a record ends as the record does, whichever kind it is of. */

/** A folder with one file. */
const folder = (name: string, text: string): Directory =>
  ({
    exists: async (path: string) => path === name,
    file: (path: string) => ({ contents: async () => (path === name ? text : "") }),
  }) as unknown as Directory;

const NOWHERE = folder("", "");

/** How something ends: what it says, or why it fails. */
async function ended(asserted: () => string | Promise<string>): Promise<string> {
  try {
    return `passed: ${await asserted()}`;
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`;
  }
}

/** A record, and the file of the report that it exports. */
interface Kind {
  readonly record: { assert(): string };
  readonly text: string;
  readonly file?: string;
  readonly ends: "passed" | "failed";
}

const facts: ReportedRetraining = {
  ...{ trigger: "schedule", window: { start: "2026-01-05", end: "2026-01-12" }, experiment: "weekly" },
  ...{ watch: [], reference: "the project's data", fixed: "a folder" },
};

function retrained(ends: Kind["ends"], changes: Partial<Report>): Kind {
  const text = JSON.stringify(report(changes));
  return { record: new Retraining(text, new Run(text, NOWHERE)), text, ends };
}

function ran(ends: Kind["ends"], made: Report): Kind {
  const text = JSON.stringify(made);
  return { record: new Run(text, NOWHERE), text, ends };
}

function compared(ends: Kind["ends"], { stages, drift, ...rest }: Report): Kind {
  const record = new Drift(drift?.action ?? "look", JSON.stringify({ stages, readings: drift }), NOWHERE);
  return { record, text: JSON.stringify({ ...rest, stages, drift }), ends };
}

const drifted = driftedRun();
/** Nothing of it is any other than before. */
const alike = (): Report => {
  if (drifted.drift === undefined) throw new Error("a report of drift has none");
  return {
    ...drifted,
    verdict: "passed",
    stages: [stageReport("drift")],
    drift: { ...drifted.drift, action: "nothing", message: "Nothing: all alike", faults: [], tests: [] },
  };
};

function evaluated(ends: Kind["ends"], made: Report): Kind {
  const { stages, gates, heldBack = "" } = made;
  const record = new Evaluation(
    made.verdict === "passed" && heldBack === "",
    JSON.stringify({ stages, gates, heldBack }),
    NOWHERE,
  );
  return { record, text: JSON.stringify(made), ends };
}

function tested(ends: Kind["ends"], outcome: "refused" | "let through"): Kind {
  const selfTest = { trials: [{ gate: "metrics", mutant: "swapped", outcome, message: "0.4" }], sensitivity: [] };
  const stages = [stageReport("self-test", ends === "passed" ? {} : { status: "failed", message: "let through" })];
  return {
    record: new SelfTest(JSON.stringify({ stages, found: selfTest }), NOWHERE),
    text: JSON.stringify(report({ verdict: ends, stages, selfTest })),
    ends,
  };
}

function deployed(ends: Kind["ends"]): Kind {
  const outcome = ends === "passed" ? "done" : "failed";
  const deployment = { environment: "staging", outcome, image: "a/b@sha256:2", rolledBack: false } as const;
  const stages = [stageReport("deploy staging", { status: ends, message: "exit code 3" })];
  const { image: _image, ...made } = report({ verdict: ends, stages, deployments: [deployment] });
  const record = new Deployment(JSON.stringify({ verdict: ends, deployed: deployment, text: "exit code 3" }), NOWHERE);
  return { record, text: JSON.stringify(made), ends };
}

function affected(ends: Kind["ends"], isAffected: boolean): Kind {
  const stages = [{ name: "train", isAffected, because: isAffected ? ["data/rows.csv changed"] : [], after: [] }];
  const text = JSON.stringify({ schemaVersion: 1, isCompared: true, stages });
  return { record: new Affected(text), text, file: "affected.json", ends };
}

function searched(ends: Kind["ends"], bisected: Bisected): Kind {
  const text = JSON.stringify(bisected);
  return { record: new Bisection(text), text, file: "bisect.json", ends };
}

function trainedTwice(ends: Kind["ends"], differs: Partial<ModelComparison>): Kind {
  const text = JSON.stringify({ files: 1, onlyFirst: [], onlySecond: [], different: [], chances: [], ...differs });
  return { record: new Reproduction(text), text, file: "reproduction.json", ends };
}

const stays = { deploy: false, code: "not-better", reason: "no better than noise" } as const;
const goes = { deploy: true, code: "better", reason: "better on fresh data" } as const;

const KINDS: Readonly<Record<string, Kind>> = {
  "a run that passed": ran("passed", passedRun()),
  "a run that failed": ran("failed", failedRun()),
  "a comparison without drift": compared("passed", alike()),
  "a comparison that asks for a retraining": compared("failed", drifted),
  "a retraining whose model goes out": retrained("passed", { retraining: { ...facts, decision: goes } }),
  "a retraining after which the accepted model stays": retrained("passed", {
    verdict: "failed",
    failure: { stage: "decision", message: "the accepted model stays" },
    stages: [stageReport("decision", { status: "failed", message: "the accepted model stays" })],
    // What its window was compared with says nothing of how it ended.
    ...(drifted.drift === undefined ? {} : { drift: drifted.drift }),
    retraining: { ...facts, decision: stays },
  }),
  "a retraining whose window is broken": retrained("failed", {
    verdict: "failed",
    failure: { stage: "validate window", message: "120 rows" },
    stages: [stageReport("validate window", { status: "failed", message: "120 rows" })],
    retraining: facts,
  }),
  "a self-test whose gates refuse": tested("passed", "refused"),
  "a self-test whose gates let through": tested("failed", "let through"),
  "an evaluation of a model of the quick profile": evaluated("failed", report({ heldBack: "it was trained quickly" })),
  "a search that found a commit": searched("passed", fellOnce()),
  "a search with nothing to look for": searched("failed", fellNowhere()),
  "two trainings with one model": trainedTwice("passed", {}),
  "two trainings with two models": trainedTwice("failed", { onlySecond: ["b"] }),
  "a change that affects nothing": affected("passed", false),
  "a change that affects a stage": affected("failed", true),
};

describe("a report says what its record says", () => {
  test.each(Object.entries(KINDS))("%s", async (_name, { record, text, file = "report.json", ends }) => {
    const own = await ended(() => record.assert());
    expect(own).toMatch(new RegExp(`^${ends}: `));
    expect(await ended(() => assertReport(folder(file, text)))).toBe(own);
  });
});

/** What these say has more of the call than the report has. */
const ENDS: Readonly<Record<string, Kind>> = {
  "an evaluation whose gates passed": evaluated("passed", report()),
  "an evaluation whose gates refuse": evaluated("failed", {
    ...report({ verdict: "failed", stages: [stageReport("gates", { status: "failed", message: "metrics: 0.4" })] }),
  }),
  "a deploy that worked": deployed("passed"),
  "a deploy that did not": deployed("failed"),
};

describe("a report ends as its record does", () => {
  test.each(Object.entries(ENDS))("%s", async (_name, { record, text, ends }) => {
    expect(await ended(() => record.assert())).toMatch(new RegExp(`^${ends}: `));
    expect(await ended(() => assertReport(folder("report.json", text)))).toMatch(new RegExp(`^${ends}: `));
  });
});

test("every record that can be asserted is of one of these kinds, which passed and failed", () => {
  const surface: { readonly objects: readonly { name: string; functions?: readonly { name: string }[] }[] } =
    JSON.parse(readFileSync(new URL("../../__snapshots__/surface.snap", import.meta.url), "utf8"));
  const assertable = surface.objects
    .filter(({ name, functions = [] }) => name !== "MlPipeline" && functions.some((one) => one.name === "assert"))
    .flatMap(({ name }) => [`${name} failed`, `${name} passed`]);
  const all = [...Object.values(KINDS), ...Object.values(ENDS)];
  const shown = new Set(all.map(({ record, ends }) => `${record.constructor.name} ${ends}`));
  expect([...shown].sort()).toEqual(assertable.sort());
});

test("a folder without a report is said", async () => {
  expect(await ended(() => assertReport(NOWHERE))).toMatch(
    /^failed: There is no report\.json in the folder of --report/,
  );
});
