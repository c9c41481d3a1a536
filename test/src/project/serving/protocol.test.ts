import { expect, test } from "vitest";
import { answerSteps } from "../../../../src/project/serving/answer-path.ts";
import { CONVENTIONAL_PROTOCOL, protocolOf, sameProtocol } from "../../../../src/project/serving/protocol.ts";
import { recordedFile, requestSource } from "../../../../src/project/serving/requests.ts";
import { serveSettings } from "../../../../src/project/serving/settings.ts";
import { hasOneRow, templateProblem } from "../../../../src/project/serving/template.ts";
import { configOf, userError } from "../../support.ts";

test("a server of the convention is asked by POST /predict on port 8080", () => {
  expect(CONVENTIONAL_PROTOCOL).toEqual({
    ...{ port: 8080, health: "/health", readySeconds: 60, route: "/predict" },
    ...{ template: '{"instances": {rows}}', kind: "json", fileField: "file", single: false, answer: ["predictions"] },
  });
  expect(sameProtocol(CONVENTIONAL_PROTOCOL, protocolOf(configOf("").serve))).toBe(true);
});

test("settings say what is otherwise", () => {
  const settings = serveSettings.parse({ port: 8000, health: false, route: "/score", request: "record" });
  expect(protocolOf(settings)).toMatchObject({
    ...{ port: 8000, health: null, route: "/score", template: "{row}", kind: "json", single: true, answer: [] },
  });
  expect(protocolOf(serveSettings.parse({ request: "record", answer: "result.label" })).answer).toEqual([
    "result",
    "label",
  ]);
});

test("a route that has values of the row is asked for one row, without a body of rows", () => {
  const route = "/predict?text={row.review text}";
  expect(protocolOf(serveSettings.parse({ route }))).toMatchObject({ route, template: "{}", single: true, answer: [] });
  expect(protocolOf(serveSettings.parse({ route, request: "record" }))).toMatchObject({ template: "{row}" });
});

test.each([
  ["predictions", ["predictions"]],
  ["result.label", ["result", "label"]],
  [".result.label", ["result", "label"]],
  ["outputs[0].data", ["outputs", 0, "data"]],
  ["[].label", [null, "label"]],
  ["predictions[].class name", ["predictions", null, "class name"]],
  ["[]", [null]],
  [".", []],
])("%s is a way to predictions", (path, steps) => expect(answerSteps(path)).toEqual(steps));

test.each(["", "a..b", "a[x]", "a[0", "a]", "[-1]"])("%j is no way to predictions", (path) => {
  expect(answerSteps(path)).toBeUndefined();
});

test.each([
  ['{"inputs": {rows}}', false],
  ["{rows}", false],
  ["{row}", true],
  ['{"features": {values}}', true],
  ['{"text": {row.review text}}', true],
  ['{"texts": {rows.review}}', false],
  ['{"inputs": [{"shape": [{count}, 2], "data": {matrix}}], "names": {columns}}', false],
])("%s is a template", (template, one) => {
  expect(templateProblem(template)).toBeUndefined();
  expect(hasOneRow(template)).toBe(one);
});

test.each([
  ["inputs", "expected instances, record"],
  ['{"count": {count}}', "where the rows are to stand"],
  ['{"a": {row}, "b": {rows}}', "{row} is of one row and {rows} of several"],
  ['{"prompt": "rate {row.review}"}', "this is no JSON once rows stand in it"],
  ['{"a": {rows}', "this is no JSON"],
])("%s is none: %s", (template, problem) => expect(templateProblem(template)).toContain(problem));

test.each([
  ["port = 0", "serve.port"],
  ["port = 46081", "the pipeline needs this port itself"],
  ['health = "ping"', "serve.health: expected a path of the server such as"],
  ["health = true", 'serve.health: expected a path of the server such as "/health", or false'],
  ['route = "/a\'b"', "serve.route"],
  ['route = "/a?x={rows}"', 'serve.route: expected a path of the server such as "/predict", or with values of the row'],
  ['request = "inputs"', "serve.request"],
  ['answer = "a..b"', 'expected a key or a path such as "result.label"'],
  ['path = "/x"', "serve.path: unknown key"],
])("%s is refused, naming it", (line, text) => {
  expect(userError(() => configOf(`[serve]\n${line}`))).toContain(text);
});

test("requests come of a file of the project, or of tables of the data", () => {
  const listing = new Set(["tests/shadow/requests.jsonl", "api/asked.jsonl"]);
  expect(requestSource(undefined, listing)).toEqual({ file: "tests/shadow/requests.jsonl" });
  expect(requestSource(undefined, new Set())).toEqual({ tables: undefined });
  expect(requestSource("data", listing)).toEqual({ tables: undefined });
  expect(requestSource("api/asked.jsonl", listing)).toEqual({ file: "api/asked.jsonl" });
  expect(requestSource("holdout/*.csv", listing)).toEqual({ tables: ["holdout/*.csv"] });
  expect(recordedFile(requestSource("api/asked.jsonl", listing))).toBe("api/asked.jsonl");
  expect(recordedFile(requestSource("data", listing))).toBe("tests/shadow/requests.jsonl");
});
