import { describe, expect, test } from "vitest";
import type { Check } from "../../../src/checks/check.ts";
import { loadConfig } from "../../../src/context/load.ts";
import { parsePolicy, requiredGates } from "../../../src/context/policy/read.ts";
import { checkApproved } from "../../../src/functions/judgement.ts";
import { requestOf, runGates } from "../../../src/gates/gates.ts";
import { blocks } from "../../../src/gates/result.ts";
import { untriedGates } from "../../../src/stages/self-test.ts";
import { configOf, measureOf } from "../support.ts";

const PROFIT = '[gates.external.profit]\ncommand = "python checks/profit.py"\nsettings = { least = 2 }';
const LICENCE = '[gates.external.licence]\ncommand = ["./licence", "$(date)"]\nseconds = 5';
const kept: Check = { what: "profit", value: 3, limit: { min: 2 }, outcome: "kept" };
const only = ["external.profit", "external.licence"];

const asked = async (toml: string, profit: readonly Check[], options: object = {}) => {
  const measure = measureOf({ external: { profit, licence: [{ what: "licence", outcome: "kept" }] } });
  return runGates(measure, configOf(toml).gates, { only, ...options });
};

describe("gates from outside", () => {
  test("are asked behind ours, under names that none of ours can have", async () => {
    const results = await asked(`${PROFIT}\n${LICENCE}`, [kept]);
    expect(results.map(({ id, status, required, message }) => [id, status, required, message])).toEqual([
      ["external.profit", "passed", true, "profit 3 (at least 2)"],
      ["external.licence", "passed", true, "licence is kept"],
    ]);
    const metrics = await runGates(
      measureOf({ external: { metrics: [kept] } }),
      configOf(PROFIT.replace("profit]", "metrics]")).gates,
    );
    expect(metrics.map(({ id }) => id).filter((id) => id.includes("metrics"))).toEqual(["metrics", "external.metrics"]);
  });

  test("block like any other, and those behind one that blocks are not asked", async () => {
    const results = await asked(`${PROFIT}\n${LICENCE}`, [{ ...kept, value: 1, outcome: "broken" }]);
    expect(results.map((one) => [one.id, one.status, blocks(one)])).toEqual([
      ["external.profit", "failed", true],
      ["external.licence", "skipped", false],
    ]);
  });

  test("only warn where they are not required, and are never forced", async () => {
    const broken = [{ ...kept, value: 1, outcome: "broken" as const }];
    const warned = await asked(`${PROFIT}\nrequired = false`, broken);
    expect(warned.map((one) => [one.status, one.required, blocks(one)])).toEqual([["failed", false, false]]);
    const forced = await asked(PROFIT, broken, { forced: true });
    expect(forced.some(blocks)).toBe(true);
  });

  test("fail where nothing was found", async () => {
    expect(await asked(PROFIT, [])).toMatchObject([{ status: "failed", required: true }]);
    const unmeasured = await runGates(measureOf({}), configOf(PROFIT).gates, { only });
    expect(unmeasured).toMatchObject([{ id: "external.profit", status: "failed" }]);
  });

  test("are all measured as one request, with what the configuration says of each", () => {
    const { external } = requestOf(configOf(`${PROFIT}\n${LICENCE}`).gates);
    expect(external).toEqual({
      profit: {
        args: ["python", "checks/profit.py"],
        env: {},
        settings: { least: 2 },
        time: { seconds: 600, setting: "gates.external.profit.seconds" },
      },
      licence: {
        args: ["./licence", "$(date)"],
        env: {},
        settings: {},
        time: { seconds: 5, setting: "gates.external.licence.seconds" },
      },
    });
  });

  test.each([
    ['[gates.external.Profit]\ncommand = "x"', "expected a name such as"],
    ['[gates.external."a$(b)"]\ncommand = "x"', "expected a name such as"],
    ['[gates.external."a\\nb"]\ncommand = "x"', "expected a name such as"],
    ["[gates.external.profit]", "gates.external.profit.command"],
    ['[gates.external.profit]\ncommand = "a | b"', "gates.external.profit.command: no shell runs this"],
    ['[gates.external.profit]\ncommand = "X=1 a"', "write X below env instead"],
    ['[gates.external.profit]\ncommand = ""', "gates.external.profit.command"],
    ['[gates.external.profit]\ncommand = "a"\nfolder = "../b"', "expected a folder of the project"],
    ['[gates.external.profit]\ncommand = "a"\nseconds = 0', "gates.external.profit.seconds"],
    ['[gates.external.profit]\ncommand = "a"\nlimits = 0', "unknown key"],
  ])("%s is refused", (toml, says) => {
    expect(() => configOf(toml)).toThrow(says);
  });

  test("a person can only let those through that there are", () => {
    const { gates } = configOf(PROFIT);
    expect(() => checkApproved(["external.profit"], [], gates)).not.toThrow();
    expect(() => checkApproved(["external.prfit"], [], gates)).toThrow("did you mean external.profit?");
    expect(() => checkApproved(["external.prfit"], [])).not.toThrow();
  });
});

test("a self-test says that it does not try them", () => {
  expect(untriedGates(configOf(PROFIT).gates)).toMatchObject([{ gate: "external.profit", outcome: "not tried" }]);
  expect(untriedGates(configOf("").gates)).toEqual([]);
});

describe("a policy", () => {
  const policy = parsePolicy("policy.toml", `${PROFIT}\nseconds = 600`);
  const load = (mlPipeline: string) => loadConfig({ mlPipeline }, policy).gates.external?.profit;

  test("brings a gate from outside to every project, and requires it", () => {
    expect(requiredGates(policy)).toEqual(["external.profit"]);
    expect(load("")).toMatchObject({ command: "python checks/profit.py", required: true, settings: { least: 2 } });
  });

  test.each([
    [`${PROFIT}\nrequired = false`, "required: false is looser"],
    [PROFIT.replace("profit.py", "nothing.py"), "command"],
    [PROFIT.replace("least = 2", "least = 1"), "settings.least: 1 is looser"],
    [`${PROFIT}\nseconds = 700`, "seconds: 700 is looser"],
  ])("is not kept by %s", (toml, says) => {
    expect(() => load(toml)).toThrow(says);
  });
});
