import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { commented, type Yaml, yamlDocuments, yamlText } from "../../../../src/delivery/analysis/yaml.ts";

test.each<[string, Yaml]>([
  ["words of YAML as text", { a: "yes", b: "null", c: "1", d: "1.5", e: "~", f: "", g: "No" }],
  ["what has a meaning at its place", { a: "- a", b: "a: b", c: "#a", d: "{{args.step}}", e: '"', f: "a\nb", g: "%" }],
  ["numbers and truth", { a: 1, b: 0.5, c: true, d: false }],
  ["lists of objects and of lists", [{ a: [1, [2, { b: "c" }]] }, [], {}, [[]], "d"]],
  ["keys that need quotation marks", { "a: b": 1, "{$}": 2, "": 3, on: 4, "x/y": 5 }],
  ["marks of both kinds", { a: 'x == "y"', b: "it's", c: `"it's"`, d: '"a\\b"', e: '" "' }],
  ["nothing", {}],
])("%s are read as they were meant", (_, value) => {
  expect(parse(yamlText(value))).toEqual(value);
  expect(parse(yamlText(value), { version: "1.1" })).toEqual(value);
});

test("objects are documents, in block style", () => {
  const text = yamlDocuments([{ kind: "A", spec: { steps: [{ setWeight: 10 }, { pause: {} }] } }, { kind: "B" }]);
  expect(text).toBe("kind: A\nspec:\n  steps:\n    - setWeight: 10\n    - pause: {}\n---\nkind: B\n");
  expect(parseAllDocuments(text)).toHaveLength(2);
});

test("as comments it is no document, and is one without them", () => {
  const text = yamlText({ a: ["b"] });
  expect(parseAllDocuments(commented(text))).toHaveLength(0);
  expect(parse(commented(text).replaceAll(/^# /gm, ""))).toEqual({ a: ["b"] });
});
