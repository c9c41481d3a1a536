import { expect, test } from "vitest";
import { RunLog } from "../../../src/stages/run-log.ts";
import { stageReport } from "../support.ts";

test("stages are told in the order of the plan, whichever ended first", async () => {
  const log = new RunLog();
  expect(await log.add(Promise.resolve({ report: stageReport("train"), value: 1 }))).toBe(1);
  await log.add(Promise.resolve({ report: stageReport("lint") }));
  expect(log.failed).toBeUndefined();
  expect(log.stages(["lint", "train"]).map(({ name }) => name)).toEqual(["lint", "train"]);
});

test("a stage that was not reached says after which failure", async () => {
  const log = new RunLog();
  await log.add(Promise.resolve({ report: stageReport("lint") }));
  expect(await log.add(Promise.resolve({ report: stageReport("train", { status: "failed" }) }))).toBeUndefined();
  expect(log.failed?.name).toBe("train");
  expect(log.stages(["lint", "train", "gates", "publish"]).map(({ status, message }) => [status, message])).toEqual([
    ["passed", "lint is well"],
    ["failed", "train is well"],
    ["skipped", "after train failed"],
    ["skipped", "after train failed"],
  ]);
});

test("what tests left behind is kept, passed or failed", async () => {
  const log = new RunLog();
  await log.addTests(
    Promise.resolve({
      report: stageReport("test unit", { status: "failed" }),
      value: { layer: "unit", junit: "<x/>" },
    }),
  );
  await log.addTests(Promise.resolve({ report: stageReport("test e2e", { status: "skipped" }) }));
  expect(log.tests).toEqual([{ layer: "unit", junit: "<x/>" }]);
});
