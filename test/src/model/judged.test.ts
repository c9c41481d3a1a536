import { describe, expect, test } from "vitest";
import { differences, type Judged } from "../../../src/model/judged.ts";

const environment: Judged["environment"] = {
  python: "3.11",
  image: "python:3.11-slim",
  dependencies: "sha256:1111111111112222",
  tools: { uv: "1.0", "duckdb-cli": "1.5.6" },
};
const gates = { metrics: { accuracy: 0.9, required: true }, slices: { columns: ["sex", "age"] } };
const judged: Judged = {
  source: "sha256:aaaaaaaaaaaabbbb",
  data: "sha256:d",
  model: "sha256:m",
  image: "sha256:iiiiiiiiiiiiiiii",
  cases: "sha256:cccccccccccccccc",
  environment,
  settings: { gates, evaluation: { confidence: 0.95 } },
};
const differing = (changes: Partial<Judged>): string[] => differences(judged, { ...judged, ...changes });
const withGates = (changed: object): Partial<Judged> => ({ settings: { ...judged.settings, gates: changed } });

describe("what a verdict is about", () => {
  test("is the same where nothing differs", () => {
    expect(differing({})).toEqual([]);
    expect(differing(structuredClone(judged))).toEqual([]);
  });

  test.each<[string, Partial<Judged>, string]>([
    [
      "the code",
      { source: "sha256:eeeeeeeeeeeeffff" },
      "the project's code (all but tests, documents and settings of tools): judged sha256:aaaaaaaaaaaa, here sha256:eeeeeeeeeeee",
    ],
    ["the cases", { cases: "sha256:0" }, "the tests and cases that judge a model"],
    [
      "the base image",
      { environment: { ...environment, image: "mirror/python" } },
      "the base image was python:3.11-slim and is mirror/python",
    ],
    [
      "the dependencies",
      { environment: { ...environment, dependencies: "sha256:0" } },
      "the locked dependencies: judged sha256:111111111111, here sha256:0",
    ],
    [
      "a tool",
      { environment: { ...environment, tools: { uv: "1.0", "duckdb-cli": "1.4" } } },
      "the tool duckdb-cli was 1.5.6 and is 1.4",
    ],
    [
      "a tool that is gone",
      { environment: { ...environment, tools: { uv: "1.0" } } },
      "the tool duckdb-cli was 1.5.6 and is not set",
    ],
    [
      "a limit",
      withGates({ ...gates, metrics: { accuracy: 0.5, required: true } }),
      "gates.metrics.accuracy was 0.9 and is 0.5",
    ],
    [
      "a limit that is gone",
      withGates({ ...gates, metrics: { required: true } }),
      "gates.metrics.accuracy was 0.9 and is not set",
    ],
    [
      "a list",
      withGates({ ...gates, slices: { columns: ["sex"] } }),
      'gates.slices.columns was ["sex","age"] and is ["sex"]',
    ],
    ["a gate without settings", withGates({ ...gates, shadow: {} }), "gates.shadow was not set and is {}"],
    [
      "a gate that is gone",
      withGates({ metrics: gates.metrics }),
      'gates.slices.columns was ["sex","age"] and is not set',
    ],
    ["a policy here alone", { policy: "sha256:p" }, "it was judged without the policy (--policy)"],
  ])("names %s", (_, changes, words) => {
    expect(differing(changes)).toEqual([expect.stringContaining(words)]);
  });

  test("names Python once, though the image is named after it", () => {
    expect(differing({ environment: { ...environment, python: "3.12", image: "python:3.12-slim" } })).toEqual([
      "Python was 3.11 and is 3.12",
    ]);
  });

  test("names a policy that is not the same, or that is gone", () => {
    const withPolicy = { ...judged, policy: "sha256:1" };
    expect(differences(withPolicy, { ...withPolicy, policy: "sha256:2" })).toEqual([
      "the policy: judged sha256:1, here sha256:2",
    ]);
    expect(differences(withPolicy, judged)).toEqual(["it was judged with a policy, and none is given here (--policy)"]);
  });

  test("names five settings and counts the rest", () => {
    const many = Object.fromEntries(Array.from({ length: 7 }, (_unused, index) => [`m${index}`, index]));
    expect(differing(withGates({ ...gates, metrics: { ...gates.metrics, ...many } })).slice(4)).toEqual([
      "gates.metrics.m4 was not set and is 4",
      "2 more settings",
    ]);
  });
});
