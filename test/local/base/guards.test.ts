import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEngineEvent } from "../../../local/base/events.ts";
import { isListOf, isNumber, isObjectOf, isRecordOf, isText, isTuple, readJson } from "../../../local/base/guards.ts";
import { asJson } from "../../../local/base/json.ts";

describe("what was read from a file", () => {
  interface Thing {
    readonly name: string;
    readonly sizes: readonly number[];
    readonly at?: number;
  }
  const isThing = isObjectOf<Thing>({ name: isText, sizes: isListOf(isNumber), at: isNumber }, ["at"]);

  it.each(['{"name":"a","sizes":[]}', '{"name":"a","sizes":[1,2],"at":3,"more":true}'])("is taken: %s", (text) => {
    expect(readJson(isThing, text)).toEqual(JSON.parse(text));
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    '{"name":"a"}',
    '{"name":1,"sizes":[]}',
    '{"name":"a","sizes":["1"]}',
    '{"name":"a","sizes":{}}',
    '{"name":"a","sizes":[],"at":null}',
  ])("is refused: %s", (text) => {
    expect(readJson(isThing, text)).toBeUndefined();
  });

  it("may be a tuple or a record", () => {
    expect(isTuple<[string, number]>(isText, isNumber)(["a", 1])).toBe(true);
    expect(isTuple<[string, number]>(isText, isNumber)(["a"])).toBe(false);
    expect(isRecordOf(isNumber)({ a: 1, b: "2" })).toBe(false);
  });

  it("may be an event of the engine, all of it", () => {
    expect(isEngineEvent({ type: "ready", port: 1, token: "t" })).toBe(true);
    expect(isEngineEvent({ type: "finished", id: "1", at: 1, outcome: "cached" })).toBe(true);
    expect(isEngineEvent({ type: "finished", id: "1", at: 1, outcome: "lost" })).toBe(false);
    expect(isEngineEvent({ type: "later" })).toBe(false);
  });
});

describe("a plain value", () => {
  it("is a part of a key", () => {
    expect(asJson({ a: [1, null, { b: undefined }], c: true })).toEqual({ a: [1, null, { b: undefined }], c: true });
  });

  it("is no function", () => {
    expect(() => asJson({ a: () => 1 })).toThrow("a function cannot be part of a key");
  });
});

it("no file casts parsed JSON to a type", () => {
  const folder = join(import.meta.dirname, "../../../local");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && statSync(join(folder, name)).isFile())
    .flatMap((name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .filter((line) => /JSON\.parse\(.*\) as |as unknown as|: \w[^=]* = JSON\.parse\((?!.*unknown)/.test(line))
        .filter((line) => !/: unknown = JSON\.parse/.test(line))
        .map((line) => `${name}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});
