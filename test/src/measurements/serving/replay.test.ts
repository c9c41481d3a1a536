import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Answer } from "../../../../src/measurements/serving/predict.ts";
import { compareReplay, readRequests } from "../../../../src/measurements/serving/replay.ts";
import { userError } from "../../support.ts";
import { answered } from "./answered.ts";

const FILE = "tests/shadow/requests.jsonl";
const answer = (prediction: unknown, seconds = 0.001): Answer => answered([prediction], seconds);
const compare = (
  candidate: readonly Answer[],
  production: readonly Answer[],
  tolerance = 0.01,
  again: readonly Answer[] = production,
) =>
  compareReplay(
    candidate.map((_unused, index) => ({ line: index + 1, instance: { x: index } })),
    { candidate, production, again },
    { tolerance, confidence: 0.95, rate: "as fast as answered" },
  );

describe("recorded requests", () => {
  test("are bare instances, or instances with their time", () => {
    expect(readRequests(FILE, '{"x": 1}\n\n[2]\n')).toEqual([
      { line: 1, instance: { x: 1 } },
      { line: 3, instance: [2] },
    ]);
    expect(readRequests(FILE, '{"at": 0, "instance": {"x": 1}}\n{"at": 0.5, "instance": 2}')).toEqual([
      { line: 1, instance: { x: 1 }, at: 0 },
      { line: 2, instance: 2, at: 0.5 },
    ]);
    expect(readRequests(FILE, '{"at": "noon", "instance": 1}')).toEqual([
      { line: 1, instance: { at: "noon", instance: 1 } },
    ]);
  });

  test("that are malformed are refused with file and line", () => {
    expect(userError(() => readRequests(FILE, "1\nnope\n"))).toBe(
      `${FILE}, line 2: expected an instance as JSON, got nope`,
    );
    expect(userError(() => readRequests(FILE, '{"at": 2, "instance": 1}\n{"at": 1, "instance": 1}'))).toContain(
      "line 2: at is less than that of the line before",
    );
  });

  test("whatever is in the file: requests, or a message that names the line", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 5 }), (lines) => {
        try {
          readRequests(FILE, lines.join("\n"));
        } catch (error) {
          expect((error as Error).name).toBe("UserError");
          expect((error as Error).message).toMatch(/, line \d+: /);
        }
      }),
    );
  });
});

describe("candidate and production", () => {
  test("agree in equal labels and in numbers within the tolerance of production's", () => {
    expect(compare([answer("a"), answer("b")], [answer("a"), answer("a")])).toMatchObject({ requests: 2, agreed: 1 });
    expect(compare([answer(1.009), answer(1.02)], [answer(1), answer(1)]).agreed).toBe(1);
    expect(compare([answer(0)], [answer(0)], 0).agreed).toBe(1);
  });

  test("agree by value, whatever the types of their JSON", () => {
    const [ours, theirs] = [
      ["1", 1.0, true, "0.5", { label: 1 }, ["2"]],
      [1, "1", "True", 0.501, { label: "1.0" }, [2]],
    ];
    expect(
      compare(
        ours.map((one) => answer(one)),
        theirs.map((one) => answer(one)),
      ).agreed,
    ).toBe(6);
    expect(compare([answer("1"), answer("yes")], [answer(2), answer("no")]).agreed).toBe(0);
  });

  test("a request that production itself answers otherwise is not held against the candidate", () => {
    const first = Array.from({ length: 100 }, (_, index) => answer(index % 10 === 0 ? "a" : "b"));
    const second = first.map((one, index) => (index % 10 === 0 ? answer("c") : one));
    const candidate = first.map((one, index) => (index % 10 === 0 ? answer("d") : one));
    const noisy = compare(candidate, first, 0.01, second);
    expect(noisy).toMatchObject({ agreed: 90, repeated: 90, agreement: { value: 1 } });
    const quiet = compare(candidate, first);
    expect(quiet).toMatchObject({ agreed: 90, repeated: 100 });
    expect(quiet.agreement.value).toBeCloseTo(0.9);
    expect(quiet.agreement.interval?.low).toBeCloseTo(0.825, 2);
    expect(quiet.agreement.interval?.high).toBeCloseTo(0.958, 2);
  });

  test("a production that fails when it is asked again excuses nothing", () => {
    const gone: Answer = { status: 0, text: "gone", seconds: 0.001 };
    const production = [answer("a"), answer("a")];
    const found = compare([answer("b"), answer("b")], production, 0.01, [gone, gone]);
    expect(found).toMatchObject({ agreed: 0, repeated: 2, agreement: { value: 0 } });
  });

  test("of objects the label counts, and the score is compared", () => {
    const found = compare([answer({ label: "a", score: 0.9 })], [answer({ label: "a", score: 0.5 })]);
    expect(found.agreed).toBe(1);
    expect(found.scores?.meanAbsoluteDifference).toBeCloseTo(0.4);
    expect(compare([answer("a")], [answer("a")]).scores).toBeUndefined();
  });

  test("errors are counted for each side; what both refuse alike is an agreement", () => {
    const refused: Answer = { status: 400, text: "no", seconds: 0.001 };
    const broken: Answer = { status: 500, text: "oops", seconds: 0.001 };
    expect(compare([refused], [refused])).toMatchObject({ agreed: 1, errors: { candidate: 0, production: 0 } });
    expect(compare([broken], [answer("a")])).toMatchObject({
      agreed: 0,
      errors: { candidate: 1, production: 0, examples: ["HTTP 500 oops"] },
    });
    expect(compare([broken], [broken])).toMatchObject({ agreed: 0, errors: { candidate: 1, production: 1 } });
    expect(compare([answer("a")], [broken])).toMatchObject({ agreed: 0, errors: { candidate: 0, production: 1 } });
  });

  test("where they differ most comes first, a missing answer before all", () => {
    const none: Answer = { status: 0, text: "gone", seconds: 0.001 };
    const found = compare([answer(2), answer(9), none], [answer(1), answer(1), answer(1)]);
    expect(found.differing.map(({ line, difference }) => [line, difference])).toEqual([
      [3, undefined],
      [2, 8],
      [1, 1],
    ]);
  });

  test("their latencies stand side by side in milliseconds", () => {
    const found = compare([answer("a", 0.02), answer("a", 0.02)], [answer("a", 0.01), answer("a", 0.01)]);
    expect(found.latency.candidate.p50).toBeCloseTo(20);
    expect(found.latency.production.p50).toBeCloseTo(10);
    expect(found.latency.p50.ratio).toBeCloseTo(2);
  });
});
