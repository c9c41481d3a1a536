import type { Container, Directory } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import type { GateResult } from "../../../src/gates/result.ts";
import { ModelImage } from "../../../src/objects/model-image.ts";
import { Run } from "../../../src/objects/run.ts";
import type { Report } from "../../../src/report/report.ts";
import { report, stageReport, userError } from "../support.ts";

const folder = {} as Directory;
const container = {} as Container;
const run = (changes: Partial<Report>, model?: Directory, image?: ModelImage) =>
  new Run(JSON.stringify(report(changes)), folder, model, image);

const judged = (id: GateResult["id"], status: GateResult["status"], message: string): GateResult => ({
  ...{ id, status, message, required: true, checks: [] },
});

const failure = { stage: "train", message: "python -m src.train: exit code 137" };
const stages = [
  stageReport("lint"),
  stageReport("train", { status: "failed", message: failure.message, output: "Killed" }),
  stageReport("publish", { status: "skipped", message: "after train failed" }),
];

describe("a run that passed", () => {
  test("ends with the image", () => {
    const published = "localhost:5000/model@sha256:2";
    const gates = [judged("metrics", "passed", "f1 0.9 (at least 0.8)"), judged("slices", "skipped", "not configured")];
    expect(run({ image: { id: "sha256:1", published }, gates }).assert()).toBe(
      `✓ lint: lint is well\n✓ train: train is well\n\nPipeline complete! Image: ${published}`,
    );
    expect(run({}).assert()).toMatch(
      /\nPipeline complete! Image: sha256:0123 \(the image ID: it was not pushed, so it has no digest\)$/,
    );
  });

  test("says of each gate that was asked what it found, and where the page is", () => {
    const gates = [judged("metrics", "passed", "f1 0.9 (at least 0.8)"), judged("slices", "skipped", "not configured")];
    const stages = [stageReport("gates", { message: "passed: metrics; skipped: slices" })];
    expect(run({ gates, stages }).conclusion("A hint.")).toBe(
      "✓ gates: passed: metrics; skipped: slices\n    ✓ metrics: f1 0.9 (at least 0.8)\n\nA hint.\nPipeline complete! Image: sha256:0123 (the image ID: it was not pushed, so it has no digest)",
    );
  });

  test("says where nothing judged how good the model is", () => {
    expect(run({}).assert()).toMatch(/\n\n⚠ No gate judged the model\.\nPipeline complete!/);
    expect(run({ gates: [judged("metrics", "skipped", "there are no metrics")] }).assert()).toMatch(
      /\n\n⚠ No limit judged how good the model is: there are no metrics\.\nPipeline complete!/,
    );
  });

  test("says what waits for a person, and what that person types", () => {
    const image = "localhost:5000/model@sha256:2";
    const next = `ml-pipeline promote --from=staging --to=production --approve=${image}`;
    const deployments = [
      { environment: "staging", outcome: "done", image, runs: image, revision: 3, rolledBack: false },
      { environment: "production", outcome: "waiting", image, rolledBack: false, next },
    ] as const;
    expect(run({ image: { id: "sha256:1", published: image }, deployments }).assert()).toMatch(
      /Image: localhost:5000\/model@sha256:2\nproduction waits for a person, who goes on with:\n {2}ml-pipeline promote .*@sha256:2$/,
    );
  });

  test("has its stages, gates, model and image", () => {
    const image = new ModelImage("sha256:1", "sha256:c", 1, container, "", "");
    const gates = [{ id: "schema", status: "passed", required: true, message: "well", checks: [] }] as const;
    const made = run({ gates }, folder, image);
    expect(made.verdict()).toBe("passed");
    expect(made.stages()).toMatchObject([
      { name: "lint", status: "passed", seconds: 1.25, cached: false },
      { name: "train" },
    ]);
    expect(made.gates()).toEqual([{ name: "schema", status: "passed", required: true, message: "well" }]);
    expect([made.report(), made.model(), made.image()]).toEqual([folder, folder, image]);
    expect(image.container()).toBe(container);
  });
});

describe("a run that failed", () => {
  const failed = run({ verdict: "failed", failure, stages });

  test("is an object too; assert names the stage, its message and its output", () => {
    expect(failed.verdict()).toBe("failed");
    expect(failed.stages()).toHaveLength(3);
    expect(failed.report()).toBe(folder);
    const text =
      "Pipeline failed: train. Nothing was published.\n\n✓ lint: lint is well\n– publish: after train failed\n\n✗ train: python -m src.train: exit code 137\n    Killed";
    expect(userError(() => failed.assert())).toBe(text);
    expect(userError(() => failed.conclusion("A hint."))).toBe(`${text}\nA hint.`);
  });

  test("is not taken for one that passed by who asserts what a deploy reported, or a dry run", () => {
    const image = "localhost:5000/model@sha256:2";
    const deployments = [{ environment: "staging", outcome: "failed", image, rolledBack: true }] as const;
    const ended = {
      verdict: "failed",
      failure: { stage: "deploy", message: "no cluster" },
      stages: [stageReport("deploy", { status: "failed", message: "no cluster" })],
    } as const;
    const { image: _, ...deployed } = report({ ...ended, deployments });
    const headOf = (of: object): string =>
      userError(() => new Run(JSON.stringify(of), folder).assert()).split("\n", 1)[0] ?? "";
    expect(headOf(deployed)).toBe(`Deploy failed: deploy. ${image} was published before, and stays so.`);
    expect(headOf({ ...deployed, dryRun: true })).toBe(
      "Pipeline failed: deploy. Dry run: nothing was pushed, deployed or stored.",
    );
    expect(headOf({ ...deployed, image: { id: "sha256:1", published: image } })).toBe(
      `Pipeline failed: deploy. ${image} was pushed before.`,
    );
  });

  test("has no model and no image, and says why", () => {
    const text = "train failed: python -m src.train: exit code 137";
    expect(userError(() => failed.model())).toBe(`There is no model: ${text}`);
    expect(userError(() => failed.image())).toBe(`There is no image: ${text}`);
  });
});

describe("an image of a model that is held back", () => {
  const image = new ModelImage("sha256:1", "sha256:c", 1, container, "gate metrics failed: accuracy 0.1", "");

  test("is neither given as a container nor pushed", async () => {
    const text = "The image is held back: gate metrics failed: accuracy 0.1";
    expect(userError(() => image.container())).toBe(text);
    await expect(image.publish("localhost:5000/model:v1")).rejects.toThrow(text);
  });

  test("a wrong address is reported first", async () => {
    await expect(image.publish("model")).rejects.toThrow("expected REGISTRY/NAME:TAG");
  });
});
