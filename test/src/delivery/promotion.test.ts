import { describe, expect, test } from "vitest";
import { changeIn, changeNote, neededText } from "../../../src/delivery/noted-change.ts";
import {
  approvalIn,
  isLater,
  isReleaseTag,
  notedModel,
  reasonsForPerson,
  reasonToStay,
  releaseTagOf,
} from "../../../src/delivery/promotion.ts";
import type { Ran, Rollout } from "../../../src/delivery/rollout.ts";
import { RECORD } from "../../../src/delivery/rollout-words.ts";
import { isGuarded, releaseOrder } from "../../../src/delivery/settings.ts";
import { configOf } from "../support.ts";
import { digest, ran, rollout } from "./rollouts.ts";

const told = { environment: "staging", workload: { kind: "deployment", name: "model" } } as const;
const good = (more: Partial<Ran["records"]> = {}): Ran =>
  ran({
    records: {
      [RECORD.image]: digest("a"),
      [RECORD.state]: "ready",
      [RECORD.verdict]: "passed",
      ...more,
    } as Ran["records"],
  });
const seen = (more: Partial<Rollout> = {}): Rollout => rollout({ outcome: "seen", after: good(), ...more });

test("what was deployed, serves, and has a verdict goes on", () => {
  expect(reasonToStay(seen(), told)).toBeUndefined();
  expect(reasonToStay(seen(), told, `other/name:v1@${digest("a").split("@")[1]}`)).toBeUndefined();
  expect(reasonToStay(seen({ after: good({ [RECORD.verdict]: "passed, signed by key 1" }) }), told)).toBeUndefined();
});

test.each<[string, Rollout, RegExp]>([
  ["is not known", seen({ after: null }), /Nothing is known of staging/],
  ["does not serve", seen({ reason: { code: "crash", pod: "p", container: "c" } }), /ends again and again/],
  [
    "drifted",
    seen({ drift: [{ kind: "template", recorded: digest("a"), found: digest("b"), pod: "" }] }),
    /^Drift: .* was deployed, and the Deployment is to run/,
  ],
  ["somebody set by hand", seen({ after: ran() }), /was not deployed by ml-pipeline: nothing says who judged it/],
  [
    "has no digest",
    seen({ after: ran({ image: "a/b:v1", records: { [RECORD.image]: "a/b:v1" } }) }),
    /not deployed by/,
  ],
  ["is being rolled out", seen({ waits: "1 of 3 pods ready" }), /is under way in staging, and waits for 1 of 3/],
  ["was interrupted", seen({ after: good({ [RECORD.state]: "rolling-out" }) }), /has not ended well/],
  ["has no verdict", seen({ after: good({ [RECORD.verdict]: "" }) }), /without a verdict/],
  ["failed", seen({ after: good({ [RECORD.verdict]: "failed" }) }), /without a verdict/],
])("what %s stays", (_what, status, words) => {
  expect(reasonToStay(status, told)).toMatch(words);
});

test("another release that took the place is noticed", () => {
  expect(reasonToStay(seen(), told, digest("b"))).toMatch(/staging does not run team\/model@sha256:b+… any more/);
});

test.each<[string, Readonly<Record<string, string>>, Ran | null, readonly RegExp[]]>([
  ["automatic", { approval: "none", comparedWith: "m" }, good({ [RECORD.model]: "m" }), []],
  ["without notes", {}, good({ [RECORD.model]: "m" }), [/nothing says what kind of change/]],
  ["for a person", { approval: "required", change: "code" }, good({ [RECORD.model]: "m" }), [/^what changed: code$/]],
  [
    "a retrain without a gain",
    { approval: "required", change: "data", comparedWith: "m" },
    good({ [RECORD.model]: "m" }),
    [/^what changed: data, and it was not shown to be better than the accepted model beyond noise$/],
  ],
  ...["nothing", ""].map((change): [string, Readonly<Record<string, string>>, Ran, readonly RegExp[]] => [
    `none that counts, noted as "${change}"`,
    { approval: "required", change, comparedWith: "m" },
    good({ [RECORD.model]: "m" }),
    [/^nothing that counts changed, and it was not shown to be better than the accepted model beyond noise$/],
  ]),
  [
    "from a model of which nobody knows how it was judged",
    { approval: "required", change: "not-compared", comparedWith: "m" },
    good({ [RECORD.model]: "m" }),
    [/^nothing says how the accepted model was judged, m$/],
  ],
  ["a first model", { approval: "required" }, good({ [RECORD.model]: "m" }), [/no accepted model/]],
  [
    "of unknown form",
    { approval: "yes", change: "data,code" },
    good({ [RECORD.model]: "m" }),
    [/what changed: data, code$/],
  ],
  [
    "compared with another model than runs there",
    { approval: "none", comparedWith: "m" },
    good({ [RECORD.model]: "n" }),
    [/compared with the model m, and another one runs there now: n/],
  ],
  ["where nobody noted a model", { approval: "none", comparedWith: "m" }, good(), [/nothing says which model runs/]],
  [
    "where the notes are about another image",
    { approval: "none", comparedWith: "m" },
    ran({ image: digest("c"), records: { [RECORD.image]: digest("a"), [RECORD.model]: "m" } }),
    [/nothing says which model runs/],
  ],
  ["where nothing is known", { approval: "none", comparedWith: "m" }, null, [/nothing says which model runs/]],
])("a change that is %s", (_what, { approval, change, comparedWith }, after, expected) => {
  const noted = { approval, change: changeIn(change), comparedWith };
  const reasons = reasonsForPerson(noted, notedModel({ after }), ["data", "configuration"]);
  expect(reasons).toHaveLength(expected.length);
  for (const [index, words] of expected.entries()) expect(reasons[index]).toMatch(words);
});

describe("what changed", () => {
  test.each<[readonly string[] | undefined, string]>([
    [undefined, "not-compared"],
    [[], "nothing"],
    [["data"], "data"],
    [["data", "code"], "data,code"],
  ])("%j is noted as %s, which nothing else is, and read back", (change, note) => {
    expect(changeNote(change)).toBe(note);
    expect(changeIn(note)).toEqual(change);
  });

  test("is told apart from a model without any before it", () => {
    expect(neededText({ change: [], comparedWith: "m", required: true })).toBe(
      "nothing that counts, since m: for a person to decide",
    );
    expect(neededText({ required: true })).toBe("no accepted model to compare with: for a person to decide");
    expect(neededText({ comparedWith: "m", required: true })).toBe(
      "not known (nothing says how the accepted model was judged): for a person to decide",
    );
    expect(neededText({ change: ["data"], comparedWith: "m", required: false })).toBe("data, since m: needs nobody");
  });
});

test("notes are read back as they are written", () => {
  expect(approvalIn({ [RECORD.approval]: "none", [RECORD.change]: "data", [RECORD.comparedWith]: "m" })).toEqual({
    ...{ approval: "none", change: ["data"], comparedWith: "m" },
  });
});

test.each(["v1.2.0", "v0.0.1", "v10.20.30-rc.1", "v1.0.0-alpha-2.x"])("%s is the tag of a release", (tag) => {
  expect(isReleaseTag(tag)).toBe(true);
});

test.each([
  "1.2.0",
  "v1.2",
  "v1",
  "v01.2.0",
  "v1.2.0+build",
  "v1.2.0-",
  "v1.2.0-01",
  "v1.2.0-a..b",
  "V1.2.0",
  "v1.2.0 ",
  "latest",
])("%j is none", (tag) => expect(isReleaseTag(tag)).toBe(false));

test("releases are ordered as semantic versions are", () => {
  const order = [
    ...["v0.9.9", "v1.0.0-1", "v1.0.0-alpha", "v1.0.0-alpha.1", "v1.0.0-alpha.beta", "v1.0.0-beta", "v1.0.0-beta.2"],
    ...["v1.0.0-beta.11", "v1.0.0-rc.1", "v1.0.0", "v1.0.1", "v1.2.0", "v1.10.0", "v2.0.0"],
  ];
  for (const [i, one] of order.entries())
    for (const [j, other] of order.entries()) expect(isLater(one, other), `${one} after ${other}`).toBe(i > j);
});

test.each([
  ["localhost:5000/a/b:v1.2.0@sha256:00", "v1.2.0"],
  ["localhost:5000/a/b@sha256:00", undefined],
  ["a/b:latest", undefined],
])("the tag of %s is %s", (image, tag) => expect(releaseTagOf(image)).toBe(tag));

test("staging is there to be tried in, and everything else is guarded, unless a setting says otherwise", () => {
  expect([isGuarded("staging", {}), isGuarded("production", {}), isGuarded("qa", {})]).toEqual([false, true, true]);
  expect([isGuarded("staging", { approval: true }), isGuarded("qa", { approval: false })]).toEqual([true, false]);
});

test("a release goes through the environments that there are, or those that are named", () => {
  const orderOf = (toml: string) => {
    const { release, deploy } = configOf(toml);
    return releaseOrder(release, deploy);
  };
  const tables = (...all: string[]) => all.map((name) => `[deploy.${name}]\ndeployment = "m"\n`).join("");
  expect(orderOf(tables("production", "qa", "staging"))).toEqual(["staging", "production"]);
  expect(orderOf(tables("production"))).toEqual(["production"]);
  expect(orderOf("")).toEqual([]);
  expect(orderOf(`[release]\norder = ["qa", "production"]\n${tables("production", "qa", "staging")}`)).toEqual([
    ...["qa", "production"],
  ]);
});

test("the name of an environment needs no quoting in variables of CI systems", () => {
  expect(() => configOf('[deploy."a\\nVERDICT=passed"]\ndeployment = "m"\n')).toThrow(
    /expected the name of an environment|invalid/i,
  );
});
