import { describe, expect, test } from "vitest";
import type { GateResult } from "../../../src/gates/result.ts";
import { jsonOf } from "../../../src/json.ts";
import { CHANGE_KINDS } from "../../../src/model/change.ts";
import type { Judged } from "../../../src/model/judged.ts";
import type { Manifest } from "../../../src/model/manifest.ts";
import { approvalOf } from "../../../src/stages/approval.ts";
import { configOf } from "../support.ts";

const settingsOf = (toml: string): Judged["settings"] => {
  const { gates, data, evaluation, commands } = configOf(toml);
  return jsonOf(JSON.stringify({ gates, data, evaluation, commands })) as Judged["settings"];
};

const judged: Judged = {
  ...{ source: "s", code: "c", data: "d", model: "m", image: "i", cases: "t" },
  environment: { python: "3.11", image: "python:3.11-slim", dependencies: "e", tools: { uv: "1" } },
  settings: settingsOf("[gates.metrics]\naccuracy = 0.85\n[commands]\ntrain = 'python train.py'\n"),
};

interface Changes {
  readonly top?: Partial<Manifest>;
  readonly judged?: Partial<Judged>;
  readonly environment?: Partial<Judged["environment"]>;
}

const manifest = (changes: Changes = {}): Manifest => ({
  ...{ schemaVersion: 2, trainingInputs: "k", source: "s", data: "d", model: "m" },
  ...changes.top,
  validation: {
    ...{ verdict: "passed", reason: "", gates: [] },
    judged: { ...judged, ...changes.judged, environment: { ...judged.environment, ...changes.environment } },
  },
});

const difference = { difference: 0.01, differenceInterval: { low: 0.005, high: 0.015 }, confidence: 0.95, rows: 1000 };
const regression = (code: "better-beyond-noise" | "no-more-than-noise"): GateResult => ({
  ...{ id: "regression", status: "passed", required: true, message: "" },
  checks: [{ what: "accuracy", value: 0.87, baseline: 0.86, outcome: "kept", reason: { code, ...difference } }],
});

const approval = (now: Manifest, toml = "", gates = [regression("better-beyond-noise")], before = manifest()) =>
  approvalOf({ config: configOf(toml) }, { before, isCompared: true, now, gates });

const retrained = { top: { data: "d2", trainingInputs: "k2" }, judged: { data: "d2" } };

describe("a model goes on by itself", () => {
  test("when the data alone changed, and it is better beyond noise", () => {
    expect(approval(manifest(retrained))).toEqual({
      change: ["data"],
      required: false,
      comparedWith: "m",
      reasons: ["the data changed, and the model is better beyond noise"],
    });
  });

  test("when parameters changed: the key of training, or files of configuration", () => {
    expect(approval(manifest({ top: { trainingInputs: "k2" } }))).toMatchObject({
      change: ["configuration"],
      required: false,
    });
    const file = manifest({ top: { source: "s2", trainingInputs: "k2" }, judged: { source: "s2" } });
    expect(approval(file)).toMatchObject({ change: ["configuration"], required: false });
  });

  test("without a gain where the project asks for none", () => {
    const settings = "[approval]\nneeds-gain = false\n";
    expect(approval(manifest(retrained), settings, [regression("no-more-than-noise")])).toMatchObject({
      required: false,
    });
  });
});

describe("a person decides", () => {
  test.each<[string, Changes, string, RegExp]>([
    ["other code", { top: { source: "s2" }, judged: { source: "s2", code: "c2" } }, "code", /^the code changed$/],
    ["other packages", { environment: { dependencies: "e2" } }, "dependencies", /packages/],
    ["another Python", { environment: { python: "3.12" } }, "dependencies", /Python/],
    ["another tool", { environment: { tools: { uv: "2" } } }, "dependencies", /tools/],
    ["other tests", { judged: { cases: "t2" } }, "tests", /tests and cases/],
    [
      "a lower threshold",
      { judged: { settings: settingsOf("[gates.metrics]\naccuracy = 0.8\n") } },
      "limits",
      /less is asked of the model: gates\.metrics\.accuracy was \{"min":0\.85\} and is \{"min":0\.8\}|gates\.metrics\.accuracy was 0\.85 and is 0\.8/,
    ],
    ["a gate that is gone", { judged: { settings: settingsOf("") } }, "limits", /gates\.metrics/],
    [
      "fewer rules on data",
      { judged: { settings: settingsOf("[gates.metrics]\naccuracy = 0.85\n[data]\nmin-rows = 1\n") } },
      "limits",
      /data\.min-rows/,
    ],
  ])("about %s", (_what, changes, kind, words) => {
    const { change, required, reasons } = approval(manifest(changes));
    expect({ change, required }).toEqual({ change: [kind], required: true });
    expect(reasons.join()).toMatch(words);
  });

  test("about a policy that is gone", () => {
    const before = manifest({ judged: { policy: "p" } });
    expect(approval(manifest(), "", undefined, before)).toMatchObject({ change: ["limits"], required: true });
    expect(approval(manifest({ judged: { policy: "p" } }), "", undefined, before)).toMatchObject({ change: [] });
  });

  test("about a gain within noise, with both numbers, and about none that was measured", () => {
    expect(approval(manifest(retrained), "", [regression("no-more-than-noise")])).toMatchObject({
      required: true,
      reasons: ["not better than the accepted model beyond noise: accuracy 0.87 against 0.86 (+0.01)"],
    });
    expect(approval(manifest(retrained), "", [])).toMatchObject({
      reasons: ["no gain over the accepted model was measured"],
    });
  });

  test("about a first model, and one whose predecessor nobody judged", () => {
    const first = { before: undefined, now: manifest(), gates: [] };
    expect(approvalOf({ config: configOf("") }, { ...first, isCompared: false })).toEqual({
      required: true,
      reasons: ["there is no accepted model to compare with"],
    });
    expect(approvalOf({ config: configOf("") }, { ...first, isCompared: true })).toEqual({
      required: true,
      reasons: ["nothing says how the accepted model was judged: it has no ml-pipeline.json"],
    });
    const { validation: _, ...unjudged } = manifest();
    expect(approval(manifest(), "", [], unjudged)).toMatchObject({
      ...{ required: true, comparedWith: "m" },
      reasons: [/how the accepted model was judged/].map((words) => expect.stringMatching(words)),
    });
  });

  test("about kinds that the project leaves to nobody", () => {
    expect(approval(manifest(retrained), "[approval]\nautomatic = []\n")).toMatchObject({ required: true });
  });
});

test("more is asked: nothing is loosened", () => {
  const settings = settingsOf(
    "[gates.metrics]\naccuracy = 0.9\n[gates.slices]\ncolumns = ['sex']\nmin-accuracy = 0.7\n[data]\nmin-rows = 5000\n",
  );
  expect(approval(manifest({ judged: { settings } }))).toMatchObject({ change: [] });
});

test("another command of training is configuration, and no limit", () => {
  const settings = settingsOf("[gates.metrics]\naccuracy = 0.85\n[commands]\ntrain = 'python train.py --depth 9'\n");
  const now = manifest({ top: { trainingInputs: "k2" }, judged: { settings } });
  expect(approval(now)).toMatchObject({ change: ["configuration"], required: false });
});

test("a manifest of an earlier version knows no code apart from configuration: what changed is code", () => {
  const { code: _, ...earlier } = judged;
  const before = { ...manifest(), validation: { ...manifest().validation, judged: earlier } } as Manifest;
  expect(approval(manifest({ top: { source: "s2" }, judged: { source: "s2" } }), "", undefined, before)).toMatchObject({
    change: ["code"],
  });
});

test("all kinds at once are in their order", () => {
  const now = manifest({
    top: { data: "d2", source: "s2", trainingInputs: "k2" },
    judged: { data: "d2", source: "s2", code: "c2", cases: "t2", settings: settingsOf("") },
    environment: { python: "3.12" },
  });
  expect(approval(now).change).toEqual(CHANGE_KINDS.filter((kind) => kind !== "configuration"));
});
