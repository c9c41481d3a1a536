import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { TOOLS } from "../../../src/containers/settings.ts";
import { unreadableReport } from "../../../src/report/report.ts";
import { reportSchema, SCHEMA_FILE } from "../../support/report-schema.ts";
import { report, stageReport } from "../support.ts";
import { brokenRun, diabetesResults, driftedRun, failedRun, hostileRun, passedRun } from "./runs.ts";

const written = JSON.parse(readFileSync(SCHEMA_FILE, "utf8"));

describe("report.schema.json", () => {
  test("is current: npm run schema writes it", () => {
    expect(written).toEqual(JSON.parse(reportSchema()));
  }, 60_000);

  test("has descriptions", () => {
    expect(written.description).toContain("Times in seconds");
    expect(written.definitions.ReportedMeasurements.properties.load.description).toContain("at most 500");
  });

  const validate = new Ajv({ allErrors: true, strict: true, strictTuples: false, allowUnionTypes: true }).compile(
    written,
  );
  const settings = { pythonImage: "x", cudaImage: "", packageIndex: "", tools: TOOLS };

  test.each([
    ["a run that passed", passedRun()],
    ["one that failed", failedRun()],
    ["one that got nowhere", brokenRun()],
    ["one with hostile names", hostileRun()],
    ["one with a model of numbers", { ...passedRun(), measurements: { predictions: diabetesResults() } }],
    ["one of drift", driftedRun()],
    ["the smallest", report()],
    ["one of a project that cannot be read", unreadableReport({ settings, since: 0 }, stageReport("project"), {})],
  ])("holds for the report of %s", (_name, made) => {
    validate(JSON.parse(JSON.stringify(made)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test("does not hold for anything else", () => {
    expect(validate({})).toBe(false);
    expect(validate({ ...JSON.parse(JSON.stringify(passedRun())), verdict: "perhaps" })).toBe(false);
    expect(validate({ ...JSON.parse(JSON.stringify(passedRun())), more: 1 })).toBe(false);
  });
});
