import { expect, test } from "vitest";
import { slackMessage } from "../../../src/report/messages/slack.ts";
import { newsOf } from "../../../src/report/notice.ts";
import { outputsEnv } from "../../../src/report/outputs.ts";
import { headline } from "../../../src/report/verdict.ts";
import { report } from "../support.ts";
import { driftedRun, HOSTILE } from "./runs.ts";

const read = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .trimEnd()
      .split("\n")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );

test("a run that passed may be deployed", () => {
  const image = { id: "sha256:1", published: "localhost:5000/model@sha256:2" };
  const approval = { change: ["data", "code"], required: true, reasons: ["the code changed"] } as const;
  expect(read(outputsEnv(report({ image, approval })))).toEqual({
    VERDICT: "passed",
    SHOULD_DEPLOY: "true",
    APPROVAL: "required",
    CHANGE: "data,code",
    FAILED_STAGE: "",
    FAILED_GATE: "",
    IMAGE: "localhost:5000/model@sha256:2",
    IMAGE_ID: "sha256:1",
    SOURCE_HASH: "sha256:a",
    DATA_HASH: "sha256:b",
    MODEL_HASH: "sha256:c",
    COST: "",
    COST_CURRENCY: "",
  });
  expect(read(outputsEnv(report()))).toMatchObject({ IMAGE: "", IMAGE_ID: "sha256:0123" });
  expect(read(outputsEnv(report({ approval: { change: [], required: false, reasons: [] } })))).toMatchObject({
    APPROVAL: "none",
    CHANGE: "nothing",
  });
  expect(read(outputsEnv(report({ approval: { required: true, reasons: [] } })))).toMatchObject({
    APPROVAL: "required",
    CHANGE: "not-compared",
  });
});

test("one that failed may not, and says where", () => {
  const failure = { stage: "test unit", message: "evil\nSHOULD_DEPLOY=true\n$(touch x)", gate: "metrics" };
  const { image: _image, ...rest } = report({ verdict: "failed", failure, hashes: {} });
  const text = outputsEnv(rest);
  expect(read(text)).toMatchObject({
    VERDICT: "failed",
    SHOULD_DEPLOY: "false",
    FAILED_STAGE: "test-unit",
    FAILED_GATE: "metrics",
    APPROVAL: "",
    CHANGE: "",
    IMAGE: "",
    SOURCE_HASH: "",
  });
  expect(text.match(/SHOULD_DEPLOY/g)).toHaveLength(1);
});

test("a given model that goes nowhere is held back, though its gates passed", () => {
  const made = report({ heldBack: "it was trained quickly" });
  expect(read(outputsEnv(made))).toMatchObject({ VERDICT: "passed", SHOULD_DEPLOY: "false" });
  expect(headline(made)).toMatchObject({ title: "Held back", tone: "unsure" });
  expect(headline(made).findings[0]).toBe("it was trained quickly");
  expect(slackMessage(newsOf({ ...made, gates: [] }, {})).text).toContain("held back: it was trained quickly");
});

test("each line is a name and a value that no shell takes apart", () => {
  const failure = { stage: "evaluate candidate", message: "`x` 'y' \"z\"" };
  for (const line of outputsEnv(report({ verdict: "failed", failure }))
    .trimEnd()
    .split("\n")) {
    expect(line).toMatch(/^[A-Z_]+=[\w.:/@-]*$/);
  }
});

test("an inconclusive gate holds back as a failed one does", () => {
  const failure = { stage: "gates", message: "regression inconclusive: too few rows", gate: "regression" };
  expect(read(outputsEnv(report({ verdict: "failed", failure })))).toMatchObject({
    VERDICT: "failed",
    SHOULD_DEPLOY: "false",
    FAILED_GATE: "regression",
  });
});

test("drift says what to do and how many columns drifted, and watches none where the data are to be looked at", () => {
  const text = outputsEnv(driftedRun(HOSTILE));
  expect(read(text)).toMatchObject({
    VERDICT: "failed",
    FAILED_STAGE: "drift",
    ACTION: "look",
    DRIFTED: "3",
    RETRAIN: "false",
    WATCH: "",
  });
  for (const line of text.trimEnd().split("\n")) expect(line).toMatch(/^[A-Z_]+=[\w.:/@-]*$/);
  expect(read(text).SHOULD_DEPLOY).toBeUndefined();
  expect(read(outputsEnv(report())).ACTION).toBeUndefined();
});

test("a retraining watches the columns that drifted, whose names no shell takes apart", () => {
  const { drift, ...rest } = driftedRun(HOSTILE);
  if (drift === undefined) throw new Error("a run of drift without drift");
  const text = outputsEnv({ ...rest, drift: { ...drift, action: "retrain" } });
  const { RETRAIN, WATCH = "" } = read(text);
  expect(RETRAIN).toBe("true");
  expect(text.match(/^[A-Z_]+=[\w.:/@,%-]*$/gm)).toHaveLength(text.trimEnd().split("\n").length);
  const drifted = drift.tests.filter(({ outcome }) => outcome === "drifted").map(({ column }) => column);
  expect(WATCH.split(",").map(decodeURIComponent)).toEqual([...new Set(drifted)]);
});

test("where the image runs, where it went back, and where it waits for a person", () => {
  const [image, old] = ["team/model@sha256:2", "team/model@sha256:1"];
  const deployments = [
    { environment: "staging", outcome: "done", image, runs: image, revision: 7, rolledBack: false },
    { environment: "qa", outcome: "failed", image, runs: old, revision: 3, rolledBack: true },
    { environment: "production", outcome: "waiting", image, rolledBack: false, next: "ml-pipeline promote" },
  ] as const;
  expect(read(outputsEnv(report({ deployments })))).toMatchObject({
    ...{ DEPLOYED: "staging", REVISION: "3", ROLLED_BACK: "qa", WAITING: "production" },
  });
});
