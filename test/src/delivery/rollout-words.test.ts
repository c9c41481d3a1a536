import { describe, expect, test } from "vitest";
import { canarySettings } from "../../../src/delivery/canary.ts";
import { REASON_CODES } from "../../../src/delivery/reason-codes.ts";
import { reasonText } from "../../../src/delivery/reason-words.ts";
import { type Back, type Ran, type Rollout, rolloutSchema } from "../../../src/delivery/rollout.ts";
import { assertRollout, assertStatus, newsLine, RECORD } from "../../../src/delivery/rollout-words.ts";
import { digest, ran, rollout } from "./rollouts.ts";

const TOLD = { environment: "staging", workload: { kind: "deployment", name: "model" } } as const;
const back = (more: Partial<Back>): Back => ({
  ...{ outcome: "done", image: digest("b"), revision: 3, why: "", asked: true, reason: null },
  ...more,
});

const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return String(error);
  }
  throw new Error("nothing was refused");
};

test.each(REASON_CODES)("%s is a sentence without gaps", (code) => {
  const place = {
    table: "deploy.staging",
    server: "https://x",
    context: "",
    namespace: "ml",
    workload: { kind: "deployment", name: "model" },
  } as const;
  const reason = { code, detail: "the detail", pod: "model-1", container: "serve", names: ["one"], exitCode: 3 };
  const text = reasonText(reason, place);
  expect(text).toMatch(/^[A-Z-].*(?:[.?]|one)$/s);
  expect(text).not.toMatch(/undefined|null|\.\.|\(\)/);
  // And of what says least.
  expect(reasonText({ code }, place)).not.toMatch(/null|\.\.|\(\)|: [.?]/);
});

test("a deploy says where, what ran before and what runs now", () => {
  const text = assertRollout(
    rollout({
      ...{ before: ran({ image: digest("b"), revision: 3 }), after: ran() },
      checks: [
        { name: "health", text: "GET /health of pod p answered", asked: true },
        { name: "answer", text: "not compared", asked: false },
      ],
    }),
    TOLD,
  );
  expect(text).toBe(
    [
      "deployed in 3.2 s: staging (Deployment model, namespace ml, context staging)",
      `  before  team/model@sha256:${"b".repeat(12)}…, revision 3, 3 of 3 pods ready`,
      `  now     team/model@sha256:${"a".repeat(12)}…, revision 4, 3 of 3 pods ready`,
      "  ✓ health: GET /health of pod p answered",
      "  – answer: not compared",
    ].join("\n"),
  );
});

test("a failure says why, with the last lines, and what became of it", () => {
  const reason = {
    code: "crash",
    pod: "model-x",
    container: "serve",
    exitCode: 3,
    log: "loading\nModuleNotFoundError",
  } as const;
  const text = refusal(() => assertRollout(rollout({ outcome: "failed", reason, back: back({}), after: ran() }), TOLD));
  expect(text).toContain(
    "the rollout failed after 3.2 s. Container serve of pod model-x ends again and again, with exit code 3.",
  );
  expect(text).toContain("Its last lines:\n    loading\n    ModuleNotFoundError\nIt went back to revision 3");
});

test.each<[string, Partial<Back>, RegExp]>([
  [
    "that there is nothing to go back to",
    { outcome: "nothing", why: "it has no revision yet" },
    /There is nothing to go back to: it has no revision yet\./,
  ],
  [
    "that going back failed too",
    { outcome: "failed", reason: { code: "timeout", detail: "1 of 3 pods ready" } },
    /and that failed too\. The rollout did not end in its time/,
  ],
  [
    "that what it went back to is not healthy",
    { outcome: "failed", reason: { code: "health", detail: "pod p: GET /health: HTTP 500" } },
    /It went back to revision 3, \S+, and that is not healthy either\. .*HTTP 500/,
  ],
  [
    "that nobody asked what it went back to",
    { asked: false },
    /It went back to revision 3, [^;]+, whose pods are ready; none was asked for its health\./,
  ],
  ["that nothing was undone", { outcome: "left" }, /Nothing was undone\./],
])("a failure says %s", (_what, more, words) => {
  const failed = rollout({ outcome: "failed", reason: { code: "overtaken", names: ["x"] }, back: back(more) });
  expect(refusal(() => assertRollout(failed, TOLD))).toMatch(words);
});

test("a deploy whose way to the cluster is lost says that what was changed stays", () => {
  const failed = rollout({ outcome: "failed", reason: { code: "unauthorized", detail: "" }, after: null });
  expect(refusal(() => assertRollout(failed, TOLD))).toMatch(
    /refuses the credentials: .* Give new ones\.\nWhat was changed stays, and nothing was undone: the same call again goes on/,
  );
  // One that says so itself says it once.
  const lost = rollout({ outcome: "failed", reason: { code: "lost", detail: "Expired" } });
  expect(refusal(() => assertRollout(lost, TOLD))).toMatch(
    /no answer any more that counts: Expired\. What runs is not known[^\n]*\nSee docs/,
  );
});

test("what is refused says that nothing was changed", () => {
  const refused = rollout({ outcome: "refused", reason: { code: "no-context", detail: "prod", names: ["staging"] } });
  expect(refusal(() => assertRollout(refused, TOLD))).toContain(
    "staging: nothing was changed. The kubeconfig has no context prod (deploy.staging.context). It has staging.",
  );
});

test("a dry run says what would change, or that nothing would", () => {
  const planned = rollout({ outcome: "planned", changes: ["the image of container serve: a -> b"] });
  expect(assertRollout(planned, TOLD)).toMatch(/^would change staging .*:\n {2}the image of container serve: a -> b$/);
  expect(assertRollout(rollout({ outcome: "planned", before: ran() }), TOLD)).toMatch(/^nothing would change/);
});

test("what a pod prints cannot command a terminal", () => {
  const reason = { code: "crash", pod: "p", log: "\u001b[31mred\u001b[0m\u0007" } as const;
  const text = refusal(() => assertRollout(rollout({ outcome: "failed", reason }), TOLD));
  expect(text).toContain("    red");
  for (const command of ["\u001b", "\u0007"]) expect(text).not.toContain(command);
});

const RECORDS = { "ml-pipeline/image": digest("a"), "ml-pipeline/verdict": "passed", "ml-pipeline/model": "sha256:1" };

test("status says what runs, since when, with which verdict", () => {
  const text = assertStatus(rollout({ outcome: "seen", after: ran({ records: RECORDS, cause: "run 7" }) }), TOLD);
  expect(text).toMatch(
    /image +team\/model@sha256:a{64}\n +since +2026-11-29T12:00:00Z\n +pods +3 of 3 ready, revision 4\n/,
  );
  expect(text).toMatch(/verdict +passed\n +model +sha256:1\n +cause +run 7/);
});

test.each<[string, Partial<Rollout>, RegExp]>([
  [
    "another image than was deployed",
    { drift: [{ kind: "template", recorded: "a", found: "b", pod: "" }] },
    /Drift: a was deployed, and the Deployment is to run b/,
  ],
  [
    "pods with another one",
    { drift: [{ kind: "pod", recorded: "a", found: "b", pod: "p" }] },
    /Drift: a was deployed, and pod p runs b/,
  ],
  [
    "pods that do not serve",
    { reason: { code: "unschedulable", pod: "p", detail: "no memory" } },
    /No node takes pod p: no memory\./,
  ],
  [
    "a canary that nobody looks after",
    { abandoned: ["model-canary", "model-fresh"] },
    /A call that was killed has left its canary, .*`kubectl -n ml delete deployment model-canary model-fresh`/,
  ],
])("status fails for %s", (_what, more, words) => {
  const text = refusal(() => assertStatus(rollout({ outcome: "seen", after: ran(), ...more }), TOLD));
  expect(text).toMatch(/image +team\/model/);
  expect(text).toMatch(words);
});

test("status leaves out the cause of another image, which whoever sets one keeps", () => {
  const cause = "ml-pipeline deploy team/model@sha256:aaaaaaaaaaaa…";
  const records = { "ml-pipeline/image": digest("b") };
  const seen = (after: Ran): string => assertStatus(rollout({ outcome: "seen", after }), TOLD);
  expect(seen(ran({ records, cause }))).not.toContain("cause");
  expect(seen(ran({ records, cause: "by hand" }))).toMatch(/cause +by hand/);
});

test("status tells what is not known from what is", () => {
  const seen = (after: Ran): string => assertStatus(rollout({ outcome: "seen", after }), TOLD);
  expect(seen(ran())).toMatch(/verdict +not known: it was not deployed by ml-pipeline/);
  expect(seen(ran({ records: { "ml-pipeline/image": digest("a"), "ml-pipeline/deployment": "x" } }))).toMatch(
    /verdict +not known: it was deployed without/,
  );
  expect(seen(ran({ records: { ...RECORDS, "ml-pipeline/state": "rolling-out" } }))).toMatch(
    /has not noted how it ended/,
  );
  const failed = { "ml-pipeline/failed-image": digest("c"), "ml-pipeline/failed-because": "crash: x" };
  expect(seen(ran({ records: { ...RECORDS, ...failed } }))).toMatch(/failed +team\/model@sha256:c{12}…: crash: x/);
});

test("a canary that was taken back is told to a chat with its check, number and limit first", () => {
  const none = { against: 0, neither: 0, for: 0 };
  const counts = { errors: none, disagreement: { against: 20, neither: 20, for: 0 }, slowdown: none, slow: none };
  const canary = { worse: "disagreement", requests: 40, counts, ratios: [], steps: [], example: "" } as const;
  const told = { ...TOLD, canary: canarySettings.parse({}) };
  const held = rollout({
    ...{ outcome: "held", reason: { code: "canary-worse", detail: "disagreement" } },
    canary: { ...canary, outcome: "worse", ratios: [], steps: [] },
  });
  expect(newsLine(held, told)).toMatch(
    /^answers unlike production's: 50 % \[.*\], limit 1 % \(deploy\.staging\.canary\.max-disagreement\), after 40 requests; not deployed; the canary was taken back after 3\.2 s/,
  );
  const unsure = rollout({
    ...{ outcome: "held", reason: { code: "canary-unsure", names: ["errors"] } },
    canary: {
      ...canary,
      outcome: "unsure",
      worse: "",
      counts: { ...counts, disagreement: none },
      ratios: [],
      steps: [],
    },
  });
  expect(newsLine(unsure, told)).toMatch(/^beside production 40 requests did not show that the candidate is no worse/);
  expect(newsLine(rollout({ outcome: "unchanged" }), told)).toBe("staging runs it already");
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  ["a kind", { change: "data,code", comparedWith: "m" }, "data, code, since m: for a person to decide"],
  ["nothing", { change: "nothing", comparedWith: "m" }, "nothing that counts, since m: for a person to decide"],
  ["no comparison", { change: "not-compared" }, "no accepted model to compare with: for a person to decide"],
])("status says of %s what changed, and who decides", (_what, { change = "", comparedWith }, words) => {
  const records = {
    ...{ [RECORD.image]: digest("a"), [RECORD.approval]: "required", [RECORD.change]: change },
    ...(comparedWith === undefined ? {} : { [RECORD.comparedWith]: comparedWith }),
  };
  expect(assertStatus(rollout({ outcome: "seen", after: ran({ records }) }), TOLD)).toContain(`  change     ${words}`);
});

describe("a status", () => {
  const image = digest("a");
  const seen = (records: Ran["records"], more: Partial<Ran> = {}): Rollout =>
    rollout({ outcome: "seen", after: ran({ records: { [RECORD.image]: image, ...records }, ...more }) });

  test("says from what it went back, and that no deploy has a verdict of it", () => {
    const went = { [RECORD.wentBackFrom]: digest("b"), [RECORD.wentBackAt]: "2026-11-29T12:00:00Z" };
    const text = assertStatus(seen(went), TOLD);
    expect(text).toContain("verdict    not known: ml-pipeline went back to it, and did not deploy it");
    expect(text).toMatch(/went back {2}from team\/model@sha256:b+…, at 2026-11-29T12:00:00Z/);
    expect(assertStatus(seen({ [RECORD.deployment]: "x" }), TOLD)).toContain("it was deployed without --report");
  });

  test("fails where what runs did not pass its checks", () => {
    const text = refusal(() => assertStatus(seen({ [RECORD.verdict]: "passed", [RECORD.state]: "failed" }), TOLD));
    expect(text).toContain("What runs did not pass its checks");
  });

  test("says that a way back has not ended", () => {
    expect(assertStatus(seen({ [RECORD.state]: "going-back" }), TOLD)).toMatch(/deploy +it was to go back to this/);
  });

  test("gives a terminal no commands, and makes no lines of what others have noted", () => {
    const verdict = "passed\u001b[2J\u0007\u202e\n  approved by everybody\r\nstaging:";
    const noted = seen({ [RECORD.verdict]: verdict, [RECORD.deployment]: "x" }, { cause: "a\nb\u001b[1m" });
    const text = assertStatus(rolloutSchema.parse(JSON.parse(JSON.stringify(noted))), TOLD);
    expect(text).toContain("  verdict    passed approved by everybody staging:\n");
    expect(text).toMatch(/cause +a b$/m);
    for (const command of ["\u001b", "\u0007", "\r"]) expect(text).not.toContain(command);
  });
});

test("the example of a canary makes no lines of its own", () => {
  const counts = { against: 3, neither: 1, for: 0 };
  const canary = {
    ...{ outcome: "worse", worse: "errors", requests: 4, ratios: [], steps: [] },
    counts: { errors: counts, disagreement: counts, slowdown: counts, slow: counts },
    example: "1: the candidate failed: \u009b2J\u001b[31mHTTP 500\nstaging: all is well",
  };
  const held = { ...rollout({ outcome: "held" }), canary };
  expect(rolloutSchema.parse(JSON.parse(JSON.stringify(held))).canary?.example).toBe(
    "1: the candidate failed: HTTP 500 staging: all is well",
  );
});
