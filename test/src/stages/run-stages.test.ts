import { describe, expect, test } from "vitest";
import { COMPARISON, JUDGEMENT, PIPELINE, runStages as runPipelineStages } from "../../../src/pipeline.ts";
import { type AnyStage, defineStage, type RunInputs } from "../../../src/stages/definition.ts";
import { runStages } from "../../../src/stages/run-stages.ts";
import { skipped } from "../../../src/stages/stage.ts";

const inputsWith = (stages: { warn?: string[]; off?: string[] }, more: Partial<RunInputs> = {}): RunInputs =>
  ({ context: { config: { stages: { warn: [], off: [], ...stages } } }, ...more }) as unknown as RunInputs;
const inputs = inputsWith({});
const passing = <const Name extends string>(name: Name, needs: Readonly<Record<string, AnyStage>> = {}) =>
  defineStage({
    name,
    step: "Check",
    needs,
    run: async () => ({ status: "passed", message: `${name} is well`, value: name }),
  });
const failing = <const Name extends string>(name: Name, needs: Readonly<Record<string, AnyStage>> = {}) =>
  defineStage({ name, step: "Check", needs, run: async () => ({ status: "failed", message: `${name} is broken` }) });

/** A stage that ends when it is told to. */
function waiting(name: string, needs: Readonly<Record<string, AnyStage>> = {}) {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begun = { yes: false };
  const definition = defineStage({
    ...{ name, step: "Check", needs },
    async run() {
      begun.yes = true;
      await ended;
      return { status: "passed", message: "", value: name };
    },
  });
  return { definition, begun, end };
}

const lines = (stages: readonly { name: string; status: string; message: string }[]) =>
  stages.map(({ name, status, message }) => `${name} ${status}: ${message}`);

describe("checks that do not decide", () => {
  const lint = failing("lint");
  const train = passing("train", { lint });

  test("only warn where the settings say so: what comes after runs, and the run passes", async () => {
    const run = await runStages([lint, train], inputsWith({ warn: ["lint"] }));
    expect(lines(run.stages)).toEqual([
      "lint warned: failed, and only warns (stages.warn): lint is broken",
      "train passed: train is well",
    ]);
    expect(run.verdict).toBe("passed");
  });

  test("only warn where their own setting says so, which is named", async () => {
    const tracked = { ...failing("track model"), onlyWarns: () => "tracking.required" };
    const run = await runStages([tracked, passing("gates", { tracked })], inputs);
    expect(lines(run.stages)).toEqual([
      "track model warned: failed, and only warns (tracking.required): track model is broken",
      "gates passed: gates is well",
    ]);
    const required = { ...tracked, onlyWarns: () => undefined };
    expect((await runStages([required, passing("gates", { required })], inputs)).verdict).toBe("failed");
  });

  test("are not run where they are off", async () => {
    const run = await runStages([lint, train], inputsWith({ off: ["lint"] }));
    expect(lines(run.stages)).toEqual(["lint skipped: off (stages.off)", "train passed: train is well"]);
  });
});

describe("a run that keeps going", () => {
  const lint = failing("lint");
  const train = passing("train", { lint });
  const image = passing("image", { train });
  const push = defineStage({
    ...{ name: "push", step: "Publish", needs: { image }, effect: true as const },
    run: async () => ({ status: "passed", message: "pushed", value: undefined }),
  });

  test("runs what comes after a failed check, and nothing that goes out of it", async () => {
    const run = await runStages([lint, train, image, push], inputsWith({}, { keepGoing: true }));
    expect(lines(run.stages)).toEqual([
      "lint failed: lint is broken",
      "train passed: train is well",
      "image passed: image is well",
      "push skipped: after lint failed",
    ]);
    expect(run.verdict).toBe("failed");
  });

  test("builds and tries the image of a model that its gates hold back", async () => {
    const gates = failing("gates");
    const run = await runStages([gates, passing("image", { gates })], inputsWith({}, { keepGoing: true }));
    expect(lines(run.stages)).toEqual(["gates failed: gates is broken", "image passed: image is well"]);
    expect(run.verdict).toBe("failed");
  });

  test("stops after a failure of what later stages are made of", async () => {
    const broken = failing("train");
    const run = await runStages([broken, passing("image", { train: broken })], inputsWith({}, { keepGoing: true }));
    expect(lines(run.stages)).toEqual(["train failed: train is broken", "image skipped: after train failed"]);
  });
});

describe("one thing that keeps several stages from running", () => {
  const cmd = ["python3", "/opt/ml-pipeline/programs/run_within/run_within.py", "uv", "sync"];
  const uninstalled = (name: string, why = "no network") =>
    defineStage({
      ...{ name, step: "Check", needs: {} },
      run: async (): Promise<{ status: "passed"; message: string; value: number }> => {
        throw Object.assign(new Error("exit code"), { cmd, exitCode: 1, stdout: "", stderr: `error: ${why}` });
      },
    });

  test("is told once, where it decides, and each of them has failed all the same", async () => {
    const run = await runStages(
      [uninstalled("lint"), passing("scan"), uninstalled("unit"), uninstalled("data", "another reason")],
      inputsWith({}, { keepGoing: true }),
    );
    expect(lines(run.stages)).toEqual([
      "lint failed: what uv.lock names cannot be installed: no network",
      "scan passed: scan is well",
      "unit failed: could not run, for the reason that lint has",
      "data failed: what uv.lock names cannot be installed: another reason",
    ]);
    expect(run.stages.map(({ output }) => output)).toEqual(["error: no network", "", "", "error: another reason"]);
    expect(run.verdict).toBe("failed");
  });

  test("is told by one that decides, and not by one that only warns", async () => {
    const run = await runStages([uninstalled("lint"), uninstalled("unit")], inputsWith({ warn: ["lint"] }));
    expect(lines(run.stages)).toEqual([
      "lint warned: only warns (stages.warn): could not run, for the reason that unit has",
      "unit failed: what uv.lock names cannot be installed: no network",
    ]);
  });

  test("findings that happen to be alike are told of each", async () => {
    const run = await runStages([failing("lint"), { ...failing("lint"), name: "lint again" }], inputs);
    expect(lines(run.stages)).toEqual(["lint failed: lint is broken", "lint again failed: lint is broken"]);
  });
});

describe("running stages", () => {
  test("stages are told in the order of the list, whichever ended first", async () => {
    const slow = waiting("slow");
    const run = runStages([slow.definition, passing("quick")], inputs);
    await new Promise((resolve) => setTimeout(resolve, 0));
    slow.end();
    expect((await run).stages.map(({ name }) => name)).toEqual(["slow", "quick"]);
  });

  test("what needs nothing of each other runs side by side, what needs something waits", async () => {
    const [one, two] = [waiting("one"), waiting("two")];
    const after = waiting("after", { one: one.definition, two: two.definition });
    const run = runStages([one.definition, two.definition, after.definition], inputs);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect([one.begun.yes, two.begun.yes, after.begun.yes]).toEqual([true, true, false]);
    one.end();
    two.end();
    after.end();
    expect((await run).verdict).toBe("passed");
  });

  test("the order of the list is the order of the report, not that of the needs", async () => {
    const train = passing("train");
    const run = await runStages([passing("gates", { train }), train], inputs);
    expect(lines(run.stages)).toEqual(["gates passed: gates is well", "train passed: train is well"]);
  });

  test("a value is handed to the stages that need it, and can be asked for afterwards", async () => {
    const first = passing("first");
    const second = defineStage({
      ...{ name: "second", step: "Check", needs: { first } },
      run: async (_inputs, { first }) => ({ status: "passed", message: "", value: `${first} handed on` }),
    });
    const run = await runStages([first, second], inputs);
    expect([run.value(first), run.value(second)]).toEqual(["first", "first handed on"]);
  });

  test("a stage after a failure is skipped, and so is what comes after it; what is independent still runs", async () => {
    const lint = failing("lint");
    const train = passing("train", { lint });
    const gates = passing("gates", { train });
    const run = await runStages([lint, passing("test"), train, gates], inputs);
    expect(run.verdict).toBe("failed");
    expect(lines(run.stages)).toEqual([
      "lint failed: lint is broken",
      "test passed: test is well",
      "train skipped: after lint failed",
      "gates skipped: after lint failed",
    ]);
    expect(run.value(train)).toBeUndefined();
  });

  test("of several failures the first of the list is named", async () => {
    const [lint, unit] = [failing("lint"), failing("unit")];
    const run = await runStages([lint, unit, passing("train", { unit, lint })], inputs);
    expect(run.stages.at(-1)?.message).toBe("after lint failed");
  });

  test("a skipped stage keeps nothing from running, and has no value", async () => {
    const evaluate = defineStage({
      ...{ name: "evaluate", step: "Evaluate", needs: {} },
      run: async () => skipped("no script"),
    });
    const gates = defineStage({
      ...{ name: "gates", step: "Judge", needs: { evaluate } },
      run: async (_inputs, { evaluate }) => ({ status: "passed", message: String(evaluate), value: undefined }),
    });
    const run = await runStages([evaluate, gates], inputs);
    expect(lines(run.stages)).toEqual(["evaluate skipped: no script", "gates passed: undefined"]);
    expect(run.verdict).toBe("passed");
  });

  test("a stage that a run does not have is not told, and is not waited for", async () => {
    const push = { ...passing("push"), when: () => false };
    const run = await runStages([push, passing("after", { push })], inputs);
    expect(lines(run.stages)).toEqual(["after passed: after is well"]);
  });

  test("a stage that throws has failed", async () => {
    const broken = defineStage({
      ...{ name: "broken", step: "Check", needs: {} },
      run: async (): Promise<{ status: "passed"; message: string; value: number }> => {
        throw new Error("out of paper");
      },
    });
    expect(lines((await runStages([broken], inputs)).stages)).toEqual(["broken failed: out of paper"]);
  });

  test("what stages leave behind is kept, passed or failed", async () => {
    const tests = (name: string, layer: "unit" | "e2e", status: "passed" | "failed") =>
      defineStage({
        ...{ name, step: "Check", needs: {} },
        run: async () => {
          const rest = { message: "", evidence: { tests: [{ layer, junit: "<x/>" }] } };
          return status === "passed" ? { status, value: undefined, ...rest } : { status, ...rest };
        },
      });
    const run = await runStages([tests("a", "unit", "failed"), tests("b", "e2e", "passed")], inputs);
    expect(run.evidence.tests).toEqual([
      { layer: "unit", junit: "<x/>" },
      { layer: "e2e", junit: "<x/>" },
    ]);
  });
});

describe("the pipeline", () => {
  test("it is one list, and a stage stands behind everything that it needs", () => {
    for (const list of [PIPELINE, COMPARISON] as readonly (readonly AnyStage[])[]) {
      const names = list.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const [place, { needs }] of list.entries()) {
        const before = Object.values(needs).map(({ name }) => names.indexOf(name));
        expect(before.every((index) => index < place)).toBe(true);
      }
    }
  });

  test("its order", () => {
    expect(PIPELINE.map(({ step, name }) => `${step}: ${name}`)).toEqual([
      "Check: pull data",
      "Check: fetch data",
      "Check: prepare data",
      "Check: sample data",
      "Check: lint",
      "Check: scan secrets",
      "Check: test unit",
      "Check: test integration",
      "Check: validate data",
      "Check: external rules",
      "Check: test data",
      "Train: train",
      "Evaluate: scan model",
      "Evaluate: track model",
      "Evaluate: test model",
      "Evaluate: evaluate candidate",
      "Evaluate: evaluate baseline",
      "Judge: gates",
      "Package: build image",
      "Try: serve",
      "Try: test e2e",
      "Try: test coverage",
      "Publish: publish",
    ]);
    expect(JUDGEMENT.every((stage) => (PIPELINE as readonly AnyStage[]).includes(stage))).toBe(true);
  });

  test("nothing is trained before all checks have passed, and nothing is pushed before the image was tried", () => {
    const needs = (name: string): string[] => {
      const found = (PIPELINE as readonly AnyStage[]).find((one) => one.name === name);
      return Object.values(found?.needs ?? {}).map((one) => one.name);
    };
    const checks = PIPELINE.filter(({ step }) => step === "Check").map(({ name }) => name);
    expect(needs("train").sort()).toEqual([...checks].sort());
    expect(needs("publish")).toEqual(expect.arrayContaining(["build image", "serve", "test e2e"]));
    expect(needs("build image")).toEqual(expect.arrayContaining(["gates", "scan secrets"]));
  });

  test("a stage that is not in it cannot be run", async () => {
    // @ts-expect-error the name is none of the pipeline's
    const run = await runPipelineStages([passing("deploy")], inputs).catch((error: Error) => error.message);
    expect(run).toBe("deploy is no stage of the pipeline: add it to PIPELINE");
  });
});
