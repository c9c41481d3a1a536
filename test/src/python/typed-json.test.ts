import { execFile } from "node:child_process";
import { dirname } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { pathOf, python } from "./python.ts";

/** Holds texts against a form; prints for each null or what is wrong. */
const PROGRAM = `
import json, sys
from typing import Literal, Optional, TypedDict, Union
from typed_json import SchemaMismatch, parse

class Inner(TypedDict):
    name: str
    size: float

class Required(TypedDict):
    count: int
    on: bool
    inner: list[Inner]
    by_name: dict[str, Optional[str]]

class Form(Required, total=False):
    pace: Union[float, Literal["recorded"], None]
    anything: object

def wrong(text):
    try:
        parse(Form, text, "it")
        return None
    except SchemaMismatch as error:
        return str(error)

json.dump([wrong(text) for text in json.load(sys.stdin)], sys.stdout)
`;

/** The same form as zod has it. */
const form = z.looseObject({
  count: z.number().int(),
  on: z.boolean(),
  inner: z.array(z.looseObject({ name: z.string(), size: z.number() })),
  by_name: z.record(z.string(), z.string().nullable()),
  pace: z.union([z.number(), z.literal("recorded"), z.null()]).optional(),
  anything: z.unknown().optional(),
});

function problems(texts: readonly string[]): Promise<(string | null)[]> {
  const env = { ...process.env, PYTHONPATH: dirname(pathOf("typed_json.py")), PYTHONDONTWRITEBYTECODE: "1" };
  return new Promise((resolve, reject) => {
    const child = execFile("python3", ["-c", PROGRAM], { env, encoding: "utf8" }, (error, stdout) =>
      error === null ? resolve(z.array(z.string().nullable()).parse(JSON.parse(stdout))) : reject(error),
    );
    child.stdin?.end(JSON.stringify(texts));
  });
}

const valid = {
  count: 1,
  on: true,
  inner: [{ name: "a", size: 0.5 }],
  by_name: { a: null, b: "c" },
  pace: "recorded",
};

describe("a schema", () => {
  test.each<[string, unknown, string | null]>([
    ["a value that has it", valid, null],
    ["a key that is not named", { ...valid, more: 1 }, null],
    ["a key that may be left out", { ...valid, pace: undefined }, null],
    ["a whole number where decimals may be", { ...valid, inner: [{ name: "a", size: 1 }] }, null],
    ["no object", 3, "it is not an object"],
    ["a key that is missing", { ...valid, on: undefined }, "on is missing"],
    ["a key that is missing further in", { ...valid, inner: [{ name: "a" }] }, "inner[0].size is missing"],
    ["text for a number", { ...valid, count: "1" }, "count is not a whole number"],
    ["decimals for a whole number", { ...valid, count: 1.5 }, "count is not a whole number"],
    ["true for a number", { ...valid, inner: [{ name: "a", size: true }] }, "inner[0].size is not a number"],
    ["one for true", { ...valid, on: 1 }, "on is not true or false"],
    ["an object for a list", { ...valid, inner: {} }, "inner is not a list"],
    ["a value of another form by its name", { ...valid, by_name: { a: 1 } }, "by_name.a is not text or null"],
    ["none of several", { ...valid, pace: "fast" }, 'pace is not a number or "recorded" or null'],
  ])("%s", async (_, value, expected) => {
    const [found] = await problems([JSON.stringify(value)]);
    expect(found).toBe(expected === null ? null : `it does not match the expected schema: ${expected}`);
  });

  test("text that is not JSON is refused, however it is damaged", async () => {
    const text = JSON.stringify(valid);
    const texts = ["", "{", "NaN?", "[".repeat(100_000), ...Array.from(text, (_, length) => text.slice(0, length))];
    for (const found of await problems(texts)) expect(found).toMatch(/^it is not JSON: /);
  });

  test("Python and TypeScript take the same values", async () => {
    const simple = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.boolean(), fc.string(), fc.constant(null));
    const size = fc.oneof({ weight: 9, arbitrary: fc.double({ min: 0, max: 9, noNaN: true }) }, simple);
    const inner = fc.record({ name: fc.string(), size }, { requiredKeys: ["name"] });
    const near = fc.record(
      {
        count: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -9, max: 9 }) }, simple),
        on: fc.oneof({ weight: 9, arbitrary: fc.boolean() }, simple),
        inner: fc.oneof({ weight: 9, arbitrary: fc.array(inner) }, simple),
        by_name: fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(fc.string(), fc.constant(null))),
        pace: fc.oneof(fc.constant("recorded"), fc.integer({ min: 0, max: 9 }), simple),
        anything: fc.jsonValue(),
      },
      { requiredKeys: ["count", "on", "inner", "by_name"] },
    );
    const values = fc.sample(fc.oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: fc.jsonValue() }), {
      numRuns: 500,
      seed: 3,
    });
    const texts = values.map((value) => JSON.stringify(value));
    const found = await problems(texts);
    const expected = texts.map((text) => form.safeParse(JSON.parse(text)).success);
    expect(found.map((problem) => problem === null)).toEqual(expected);
    // A property of which one side alone occurs would say little.
    expect(new Set(expected).size).toBe(2);
  });
});

describe("a program", () => {
  test.each([
    [
      "run_commands.py",
      '{"results": "/tmp/r", "stopAtFailure": false, "folders": [], "commands": [], "limits": 1}',
      "hash is missing",
    ],
    [
      "run_commands.py",
      '{"results": 1, "stopAtFailure": false, "folders": [], "commands": [], "hash": [], "listFiles": false, "limits": 1}',
      "results is not text",
    ],
    [
      "ask_models.py",
      '{"urls": {}, "rows": true, "results": "r", "timeoutSeconds": 1, "answerSeconds": 1, "answerBytes": 1}',
      "instances is missing",
    ],
    ["ask_models.py", "[]", "it is not an object"],
  ])("%s refuses a specification in one line: %s", async (program, specification, expected) => {
    expect(await python(program, specification)).toEqual({
      code: 1,
      stdout: "",
      stderr: `${program}: the specification does not match the expected schema: ${expected}\n`,
    });
  });
});
