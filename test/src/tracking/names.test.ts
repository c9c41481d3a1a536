import { describe, expect, test } from "vitest";
import { trackingUrl } from "../../../src/tracking/address.ts";
import { runKey } from "../../../src/tracking/identity.ts";
import { mlflowName, named } from "../../../src/tracking/names.ts";
import { stepMetrics } from "../../../src/tracking/steps.ts";

/** What MLflow asks of names: its own pattern, and a path that is as short as it can be. */
const TAKEN = /^[\p{L}\p{N}_\-.:/ ]{1,250}$/u;
const isPath = (name: string): boolean => name.split("/").every((part) => part !== "" && !/^\.+$/.test(part));

describe("a name", () => {
  test.each([
    ["accuracy", "accuracy"],
    ["recall[yes]", "recall/yes"],
    ["recall[>50K]", "recall/_50K"],
    ["précision moyenne", "précision moyenne"],
    ["/a//b/", "a/b"],
    ["a/../b", "a/__/b"],
    ["seconds/test unit", "seconds/test unit"],
  ])("%s becomes %s", (text, name) => {
    expect(mlflowName(text)).toBe(name);
  });

  test.each(["", "/", "..", "💥", "\n", "a".repeat(300), "x[".repeat(200)])("of any text is taken: %j", (text) => {
    expect(mlflowName(text)).toMatch(TAKEN);
    expect(isPath(mlflowName(text))).toBe(true);
  });

  test("is nobody else's", () => {
    const long = "a".repeat(260);
    const names = named([`${long}1`, `${long}2`, "recall[a?]", "recall[a!]", "recall[a_]"].map((text) => [text, 1]));
    expect(new Set(names.map(([name]) => name)).size).toBe(5);
    for (const [name] of names) expect(name).toMatch(TAKEN);
  });
});

describe("the address of a server", () => {
  test.each([
    ["http://mlflow:5000/", "http://mlflow:5000"],
    ["https://mlflow.example.com/team/#/experiments/3", "https://mlflow.example.com/team"],
  ])("%s is that of %s", (text, url) => {
    expect(trackingUrl(text)).toBe(url);
  });

  test.each([
    "mlflow:5000",
    "file:///mlruns",
    "http://me:secret@mlflow",
    "http://mlflow/?token=x",
    "databricks",
    "http://a b",
  ])("%s is none", (text) => {
    expect(trackingUrl(text)).toBeUndefined();
  });
});

describe("the key of a run", () => {
  const run = { project: "p", commit: "c", startedAt: "2026-01-01T00:00:00.000Z", source: "s", data: "d", model: "m" };
  const later = { ...run, startedAt: "2026-01-02T00:00:00.000Z" };

  test("is the same for a job that runs once more, and for nothing else", () => {
    expect(runKey({ ...run, runId: "7" })).toBe(runKey({ ...later, runId: "7" }));
    expect(runKey(run)).not.toBe(runKey(later));
    expect(runKey({ ...run, runId: "7", model: "other" })).not.toBe(runKey({ ...run, runId: "7" }));
  });

  test("takes an empty text of a CI system for none", () => {
    expect(runKey({ ...run, runId: "", commit: "" })).toBe(runKey({ ...run, commit: undefined }));
  });
});

describe("the steps of a training", () => {
  test("are lists of numbers, and of objects with a number of each step", () => {
    const text = JSON.stringify({
      accuracy: 0.9,
      note: "text",
      loss: [0.9, null, 0.5],
      history: [
        { epoch: 1, loss: 0.8, name: "x" },
        { epoch: 2, loss: 0.4 },
      ],
      keras: { "val loss": [1] },
    });
    expect(stepMetrics(text)).toEqual([
      { name: "loss", value: 0.9, step: 0 },
      { name: "loss", value: 0.5, step: 2 },
      { name: "history.loss", value: 0.8, step: 1 },
      { name: "history.loss", value: 0.4, step: 2 },
      { name: "keras.val loss", value: 1, step: 0 },
    ]);
  });

  test("of a long training are so many as a curve needs, with the last", () => {
    const steps = stepMetrics(JSON.stringify({ loss: Array.from({ length: 10_500 }, (_, index) => index) }));
    expect(steps.length).toBeLessThanOrEqual(1001);
    expect(steps.at(-1)).toEqual({ name: "loss", value: 10_499, step: 10_499 });
  });

  test.each(["", "[1, 2]", "{", "7"])("are none in %j", (text) => {
    expect(stepMetrics(text)).toEqual([]);
  });
});
