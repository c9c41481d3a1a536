import { describe, expect, test } from "vitest";
import { deployProblemOf, problemOf, ranOf, readDeployAnswer } from "../../../src/delivery/external.ts";
import { configOf } from "../support.ts";

const image = (letter: string): string => `registry.example/team/model:v1@sha256:${letter.repeat(64)}`;
const running = { image: image("a"), ready: 2, wanted: 2, revision: 7, records: { "ml-pipeline/verdict": "passed" } };
const answer = (changes: object = {}, now: object | null = {}): string =>
  JSON.stringify({
    ...{ schemaVersion: 1, outcome: "ok", running: now === null ? null : { ...running, ...now } },
    ...changes,
  });
const read = (written: string) => {
  const found = readDeployAnswer(written);
  if (!("answer" in found)) throw new Error(found.unusable);
  return found.answer;
};

describe("what runs", () => {
  test("is told as of any rollout", () => {
    expect(ranOf(read(answer()))).toEqual({
      ...{ image: image("a"), revision: 7, generation: 7, ready: 2, wanted: 2, since: "", cause: "" },
      records: { "ml-pipeline/verdict": "passed" },
    });
    expect(ranOf(read(answer({}, null)))).toBeNull();
  });

  test.each([
    ["well", answer(), undefined],
    ["not all of it", answer({}, { ready: 1 }), "says that 1 of 2 instances are ready"],
    ["nothing", answer({}, null), "says that nothing runs"],
    ["failed", answer({ outcome: "failed", message: "no room\n left" }), "says that it failed: no room left"],
  ])("%s", (_, written, problem) => {
    expect(problemOf(read(written))).toBe(problem);
  });

  test("is the image that was to run, whatever its tag", () => {
    expect(deployProblemOf(read(answer()), image("a").replace(":v1", ""))).toBeUndefined();
    expect(deployProblemOf(read(answer()), image("b"))).toBe(
      `was to run ${image("b")}, and says that ${image("a")} runs`,
    );
    expect(deployProblemOf(read(answer({}, { ready: 0 })), image("b"))).toBe("says that 0 of 2 instances are ready");
  });
});

test.each([
  ["", "wrote nothing to its standard output"],
  ["ok", "wrote what is no JSON"],
  ['{"schemaVersion":1,"outcome":"ok","outcome":"ok","running":null}', "two values of one name"],
  [answer({ schemaVersion: 2 }), "another form at schemaVersion"],
  [answer({ outcome: "done" }), "another form at outcome"],
  [answer({ extra: 1 }), "another form"],
  [answer({ running: undefined }), "another form at running"],
  [answer({}, { image: "team/model:v1" }), "another form at running.image: expected an image by digest"],
  [answer({}, { image: `${image("a")} b` }), "expected an image by digest"],
  [answer({}, { ready: 1.5 }), "another form at running.ready"],
  [answer({}, { ready: -1 }), "another form at running.ready"],
  [answer({}, { wanted: 0 }), "another form at running.wanted"],
  [answer({}, { ready: "2" }), "another form at running.ready"],
  [answer().replace('"ready":2', '"ready":NaN'), "no JSON"],
  [answer().replace('"ready":2', '"ready":1e999'), "another form at running.ready"],
  [answer({ message: "x".repeat(1001) }), "another form at message"],
])("%s is no answer", (written, says) => {
  const found = readDeployAnswer(written);
  expect("unusable" in found ? found.unusable : "").toContain(says);
});

describe("the table of an environment", () => {
  const deploy = (lines: string): string => `[deploy.production]\n${lines}`;

  test("names one thing that is deployed to", () => {
    const command = '[deploy.production.external]\ncommand = "python deploy.py"';
    expect(configOf(command).deploy.production?.external).toEqual({
      ...{ command: "python deploy.py", env: {}, settings: {} },
    });
    expect(() => configOf(`${deploy('deployment = "model"')}\n${command}`)).toThrow(
      "deployment and external are there",
    );
    expect(() => configOf(`${deploy('strategy = "canary"')}\n${command}`)).toThrow(
      "a command of yours moves the requests itself",
    );
    expect(() => configOf(command.replace("python", "python |"))).toThrow("no shell runs this");
    expect(() => configOf(`${command}\nseconds = 5`)).toThrow("unknown key");
  });
});
