import type { Directory } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import type { Context } from "../../../src/context/context.ts";
import type { Conditions } from "../../../src/model/judged.ts";
import type { Manifest } from "../../../src/model/manifest.ts";
import { judgedManifest, reasonToHoldBack } from "../../../src/stages/release.ts";
import type { StageReport } from "../../../src/stages/stage.ts";
import { stageReport } from "../support.ts";

const manifest: Manifest = { schemaVersion: 2, trainingInputs: "t", source: "s", data: "d", model: "m" };
const gate = { id: "metrics", status: "failed", required: true, message: "accuracy 0.1 (at least 0.85)" } as const;
const conditions: Conditions = {
  cases: "c",
  image: "i",
  environment: { python: "3.11", image: "python:3.11-slim", dependencies: "x", tools: {} },
  settings: {},
};
const about = { source: "s", data: "d", model: "m", ...conditions };
const judged = (verdict: "passed" | "failed", reason: string, gates: readonly (typeof gate)[] = []): Manifest => ({
  ...manifest,
  validation: { verdict, reason, gates: [...gates], judged: about },
});

/** Nothing of these may be looked at: the manifest alone holds the model back. */
const untouched = <T>(): T => new Proxy({}, { get: () => expect.fail("looked at") }) as T;
const reason = (known: Manifest | undefined) => reasonToHoldBack(untouched<Context>(), untouched<Directory>(), known);

describe("a model is held back", () => {
  test("when nothing shows that its gates passed, saying what to do", async () => {
    for (const known of [undefined, manifest]) expect(await reason(known)).toMatch(/nothing shows.*Publish it with/);
  });

  test("when a required gate failed, with its number and limit, whatever the verdict says", async () => {
    const text = "gate metrics failed: accuracy 0.1 (at least 0.85)";
    expect(await reason(judged("failed", "gates: x", [gate]))).toBe(text);
    expect(await reason(judged("passed", "", [gate]))).toBe(text);
  });

  test("when another stage failed", async () => {
    expect(await reason(judged("failed", "test model: pytest: exit code 1"))).toBe("test model: pytest: exit code 1");
  });
});

describe("what gates said is written beside the model, with what it is about", () => {
  const check = { what: "accuracy", value: 0.1, limit: { min: 0.85 }, outcome: "broken" } as const;
  const evidence = { gates: [{ ...gate, checks: [check] }] };
  const written = (stages: readonly StageReport[], verdict: "passed" | "failed"): Manifest =>
    judgedManifest(manifest, { verdict, stages, evidence }, conditions);

  test("with the stage that failed", () => {
    const stages = [stageReport("test model"), stageReport("gates", { status: "failed", message: "metrics failed" })];
    expect(written(stages, "failed")).toEqual({
      ...manifest,
      validation: { verdict: "failed", reason: "gates: metrics failed", gates: [gate], judged: about },
    });
  });

  test("and not with a registry that did not take its image", () => {
    const stages = [stageReport("gates"), stageReport("publish", { status: "failed", message: "cannot push" })];
    expect(written(stages, "failed").validation).toMatchObject({ verdict: "passed", reason: "" });
  });

  test("without one", () => {
    expect(written([stageReport("gates")], "passed").validation).toMatchObject({ verdict: "passed", reason: "" });
  });
});
