import { describe, expect, test } from "vitest";
import type { Deployed } from "../../../src/delivery/deployed.ts";
import { type Outcome, reasonAgainst } from "../../../src/tracking/champion.ts";
import { failureSchema, failureText } from "../../../src/tracking/failure.ts";
import { trackerOf } from "../../../src/tracking/tracker.ts";
import { loggedText, loggedWarnings } from "../../../src/tracking/words.ts";
import { configOf, userError } from "../support.ts";

const deployed = (outcome: Deployed["outcome"]): Deployed => ({
  ...{ environment: "staging", outcome, image: "i@sha256:1", rolledBack: false },
});
const passed: Outcome = {
  ...{ verdict: "passed", environments: 0, deployments: [], stored: undefined },
};
const delivered = { promote: "delivered" } as const;

describe("the alias of the accepted model", () => {
  test.each<[string, Partial<Outcome>]>([
    ["was stored", { stored: "passed" }],
    ["runs where it was to", { environments: 1, deployments: [deployed("done")] }],
    ["runs there already", { environments: 1, deployments: [deployed("unchanged")], stored: "passed" }],
  ])("moves to a model that %s", (_name, outcome) => {
    expect(reasonAgainst({ ...passed, ...outcome }, delivered)).toBeUndefined();
  });

  test.each<[RegExp, Partial<Outcome>]>([
    [/the run failed/, { verdict: "failed", stored: "passed" }],
    [/neither deployed nor stored/, {}],
    [/staging does not run it/, { environments: 1, deployments: [deployed("waiting")] }],
    [/staging does not run it/, { environments: 1, deployments: [deployed("failed")], stored: "skipped" }],
    [/everywhere/, { environments: 2, deployments: [deployed("done")] }],
    [/not stored/, { stored: "skipped" }],
  ])("does not move: %s", (reason, outcome) => {
    expect(reasonAgainst({ ...passed, ...outcome }, delivered)).toMatch(reason);
  });

  test("moves to every model that passed, where the settings say so and nothing more was asked", () => {
    expect(reasonAgainst(passed, { promote: "passed" })).toBeUndefined();
    expect(reasonAgainst({ ...passed, verdict: "failed" }, { promote: "passed" })).toMatch(/failed/);
    expect(reasonAgainst({ ...passed, stored: "skipped" }, { promote: "passed" })).toMatch(/not stored/);
  });
});

describe("what a person is told", () => {
  const asked = { url: "http://mlflow:5000", admitted: false };

  test.each(failureSchema.shape.kind.options)("of a failure of the kind %s names the server", (kind) => {
    const text = failureText({ kind, detail: "why" }, asked);
    expect(text).toMatch(kind === "token" ? /--tracking-token/ : /http:\/\/mlflow:5000/);
  });

  test("of a server that refuses its own name is how it is started", () => {
    expect(failureText({ kind: "host", detail: "" }, asked)).toContain("--allowed-hosts 'mlflow:5000,localhost:*'");
  });

  test("of what it was not shown depends on whether a token was given", () => {
    expect(failureText({ kind: "login", detail: "" }, asked)).toMatch(/Give --tracking-token/);
    expect(failureText({ kind: "login", detail: "" }, { ...asked, admitted: true })).toMatch(/still valid/);
  });

  test("of what was logged is where it is", () => {
    const logged = {
      ...{ server: "3.17.2", experiment_id: "1", run_id: "r", resumed: true, already: false, version: "4" },
      ...{ moved: ["champion"], notes: ["no-logged-models" as const] },
    };
    expect(loggedText("http://mlflow:5000", "census", logged)).toBe(
      "went on with the run in MLflow 3.17.2, census version 4, champion moved to it: http://mlflow:5000/#/experiments/1/runs/r",
    );
    expect(loggedWarnings(logged)).toEqual([expect.stringMatching(/older than MLflow 3/)]);
  });
});

describe("where runs are logged", () => {
  const token = {} as NonNullable<Parameters<typeof trackerOf>[0]["token"]>;

  test("is what the call says, or else the configuration", () => {
    expect(trackerOf({}, undefined)).toBeUndefined();
    expect(trackerOf({}, "http://a")?.url).toBe("http://a");
    expect(trackerOf({ url: "http://b/" }, "http://a")?.url).toBe("http://b");
  });

  test("is no place that a project sends the site's token to", () => {
    expect(userError(() => trackerOf({ token }, "http://a"))).toMatch(/give --tracking=http:\/\/a as well/);
    expect(userError(() => trackerOf({ token }, undefined))).toMatch(/nobody named/);
  });

  test("is shown in no message where it may hold a secret", () => {
    expect(userError(() => trackerOf({ url: "http://me:s3cret@a" }, undefined))).not.toContain("s3cret");
  });

  test.each([
    'tracking.url = "mlflow"',
    'tracking.aliases = { challenger = "x", champion = "x" }',
    'tracking.aliases = { champion = "latest" }',
    'tracking.model = "a/b"',
    'tracking.promote = "always"',
  ])("is refused: %s", (toml) => {
    expect(userError(() => configOf(toml))).toMatch(/tracking/);
  });
});
