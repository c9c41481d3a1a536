import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { CONVENTIONAL_PROTOCOL, type Protocol, protocolOf } from "../../../src/project/serving/protocol.ts";
import { serveSettings } from "../../../src/project/serving/settings.ts";
import { pathOf } from "./python.ts";

/** Shapes requests or reads answers, one after the other; of what cannot be, it prints why. */
const PROGRAM = `
import json, sys
import serving_protocol

def result(function, args):
    try:
        found = getattr(serving_protocol, function)(*args)
        return {"ok": found.decode() if isinstance(found, bytes) else found}
    except ValueError as error:
        return {"error": str(error)}

json.dump([result(function, args) for function, args in json.load(sys.stdin)], sys.stdout)
`;

/** Calls functions of the module, all in one process. */
function called(...calls: readonly (readonly [string, readonly unknown[]])[]): Promise<readonly unknown[]> {
  const env = { ...process.env, PYTHONPATH: dirname(pathOf("serving_protocol.py")), PYTHONDONTWRITEBYTECODE: "1" };
  return new Promise((resolve, reject) => {
    const child = execFile("python3", ["-c", PROGRAM], { env, encoding: "utf8" }, (error, stdout) =>
      error === null
        ? resolve((JSON.parse(stdout) as { ok?: unknown; error?: string }[]).map(({ ok, error }) => error ?? ok))
        : reject(error),
    );
    child.stdin?.end(JSON.stringify(calls));
  });
}

const protocol = (settings: object): Protocol => protocolOf(serveSettings.parse(settings));

const ROWS = [
  { age: 39, "review text": 'gr"ün', gone: null },
  { age: 52.5, "review text": "{rows}", more: [1] },
];

test("requests are shaped as the settings say", async () => {
  const bodies: readonly (readonly [string, readonly unknown[], string])[] = [
    ["instances", [{ age: 39 }, "a", 3], '{"instances": [{"age": 39}, "a", 3]}'],
    ["record", [{ age: 39 }], '{"age": 39}'],
    ["records", [{ age: 39 }, { age: 40 }], '[{"age": 39}, {"age": 40}]'],
    ["dataframe_records", [{ age: 39 }], '{"dataframe_records": [{"age": 39}]}'],
    [
      "dataframe_split",
      ROWS,
      '{"dataframe_split": {"columns": ["age", "review text", "gone", "more"], "data": [[39, "gr\\"\\u00fcn", null, null], [52.5, "{rows}", null, [1]]]}}',
    ],
    ['{"features": {values}}', ROWS, '{"features": [39, "gr\\"\\u00fcn", null]}'],
    ['{"features": {values}}', [[1, 2]], '{"features": [1, 2]}'],
    ['{"text": {row.review text}, "lang": "{x}"}', ROWS, '{"text": "gr\\"\\u00fcn", "lang": "{x}"}'],
    ['{"text": {row.review text}}', ["bare"], '{"text": "bare"}'],
    ['{"text": {row.absent}}', ROWS, '{"text": null}'],
    ['{"texts": {rows.review text}}', ROWS, '{"texts": ["gr\\"\\u00fcn", "{rows}"]}'],
    ['{"shape": [{count}, 1], "data": {matrix}}', [{ a: 1 }, { a: 2 }], '{"shape": [2, 1], "data": [[1], [2]]}'],
  ];
  const found = await called(...bodies.map(([request, rows]) => ["body_of", [protocol({ request }), rows]] as const), [
    "body_of",
    [protocol({ request: "dataframe_split" }), ["no row"]],
  ]);
  expect(found.slice(0, -1)).toEqual(bodies.map(([, , body]) => body));
  expect(found.at(-1)).toBe('serve.request has {columns}, and this is no row of a table: "no row"');
});

test("what is read of the query is in the route, quoted", async () => {
  const routes: readonly (readonly [string, readonly unknown[], string])[] = [
    ["/predict", ROWS, "/predict"],
    ["/p?text={row.review text}&n=1", ROWS, "/p?text=gr%22%C3%BCn&n=1"],
    ["/p?text={row.review text}", ["a&b=c"], "/p?text=a%26b%3Dc"],
    ["/p?age={row.age}&gone={row.gone}", ROWS, "/p?age=39&gone=null"],
  ];
  const found = await called(...routes.map(([route, rows]) => ["route_of", [protocol({ route }), rows]] as const));
  expect(found).toEqual(routes.map(([, , route]) => route));
});

const V2 = { request: '{"inputs": {matrix}}', answer: "outputs[0].data" };

test("answers are read as the settings say", async () => {
  const answers: readonly (readonly [object, string, number, unknown])[] = [
    [{}, '{"predictions": [1, "a", null], "model": "v1"}', 3, [1, "a", null]],
    [{ answer: "." }, "[1, 2]", 2, [1, 2]],
    [{ answer: "result.labels" }, '{"result": {"labels": ["a"]}}', 1, ["a"]],
    [{ answer: "[].label" }, '[{"label": "a"}, {"label": "b"}]', 2, ["a", "b"]],
    [{ answer: "predictions[].class" }, '{"predictions": [{"class": 1}]}', 1, [1]],
    [V2, '{"outputs": [{"name": "y", "data": [1, 0]}]}', 2, [1, 0]],
    [{ request: "record" }, '{"prediction": "a", "score": 0.5}', 1, [{ prediction: "a", score: 0.5 }]],
    [{ request: "record" }, '"a"', 1, ["a"]],
    [{ request: "record", answer: "prediction" }, '{"prediction": ["a"]}', 1, ["a"]],
    [{ request: "record", answer: "prediction" }, '{"prediction": [0.1, 0.9]}', 1, [[0.1, 0.9]]],
    [{ request: "record", answer: "result.label" }, '{"result": {"label": 1.0}}', 1, [1]],
  ];
  const found = await called(
    ...answers.map(([settings, text, sent]) => ["predictions_of", [protocol(settings), text, sent]] as const),
  );
  expect(found).toEqual(answers.map(([, , , predictions]) => predictions));
});

test("what has no predictions is told by its form", async () => {
  const convention = 'the answer is not {"predictions": [...]} (serve.answer): ';
  const answers: readonly (readonly [object, string, number, string])[] = [
    [{}, "", 1, `${convention}it is empty`],
    [{}, "<h1>Error</h1>", 1, `${convention}<h1>Error</h1>`],
    [{}, "null", 1, `${convention}null`],
    [{}, "[1]", 1, `${convention}[1]`],
    [{}, '{"predictions": "yes"}', 1, `${convention}{"predictions": "yes"}`],
    [{}, '{"predictions": [NaN]}', 1, `${convention}{"predictions": [NaN]}`],
    [{}, "[".repeat(100_000), 1, `${convention}${"[".repeat(200)}…`],
    [{}, '{"predictions": [1e999]}', 1, "1e999 in the answer is not a finite number"],
    [{}, '{"predictions": []}', 1, "1 instance was sent, and 0 predictions came back"],
    [{}, '{"predictions": [1, 2]}', 3, "3 instances were sent, and 2 predictions came back"],
    [{ answer: "." }, '{"predictions": [1]}', 1, 'the answer is not [...] (serve.answer): {"predictions": [1]}'],
    [{ answer: "[].label" }, '[{"a": 1}]', 1, 'the answer is not [{"label": ...}, ...] (serve.answer): [{"a": 1}]'],
    [V2, '{"outputs": []}', 1, 'the answer is not {"outputs": [{"data": [...]}]} (serve.answer): {"outputs": []}'],
    [{ request: "record" }, "a", 1, "the answer is not JSON (serve.answer): a"],
    [
      { request: "record", answer: "result.label" },
      '{"result": null}',
      1,
      'the answer is not {"result": {"label": ...}} (serve.answer): {"result": null}',
    ],
  ];
  const found = await called(
    ...answers.map(([settings, text, sent]) => ["predictions_of", [protocol(settings), text, sent]] as const),
  );
  expect(found).toEqual(answers.map(([, , , why]) => why));
});

test("an answer can be given other predictions, in the places of its own", async () => {
  const single = (answer: string): Protocol => protocol({ request: "record", answer });
  expect(
    await called(
      ["with_predictions", [CONVENTIONAL_PROTOCOL, { predictions: [1, 2], model: "v1" }, [3]]],
      ["with_predictions", [protocol({ answer: "[].label" }), [{ label: "a", score: 1 }], ["b"]]],
      ["with_predictions", [protocol(V2), { outputs: [{ data: [1] }, { data: [2] }] }, [3]]],
      ["with_predictions", [single("result.label"), { result: { label: "a" } }, ["b"]]],
      ["with_predictions", [single("prediction"), { prediction: ["a"] }, ["b"]]],
      ["answer_with", [CONVENTIONAL_PROTOCOL, ["x"]]],
      ["answer_with", [protocol(V2), ["x"]]],
      ["answer_with", [protocol({ answer: "[].label" }), ["x"]]],
      ["answer_with", [single("result.label"), ["x"]]],
    ),
  ).toEqual([
    { predictions: [3], model: "v1" },
    [{ label: "b", score: 1 }],
    { outputs: [{ data: [3] }, { data: [2] }] },
    { result: { label: "b" } },
    { prediction: ["b"] },
    { predictions: ["x"] },
    { outputs: [{ data: ["x"] }] },
    [{ label: "x" }],
    { result: { label: "x" } },
  ]);
});

test("the fields of a row are those of a form", async () => {
  const form = protocol({ request: "form" });
  const row = { age: 39, "review text": "gr&ün", gone: null, tags: ["a", "b"], good: true };
  const [body, kind, none] = await called(
    ["body_of", [form, [row]]],
    ["content_type", [form, ""]],
    ["body_of", [form, ["text"]]],
  );
  expect([...new URLSearchParams(String(body))]).toEqual([
    ["age", "39"],
    ["review text", "gr&ün"],
    ["tags", "a"],
    ["tags", "b"],
    ["good", "true"],
  ]);
  expect(kind).toBe("application/x-www-form-urlencoded");
  expect(none).toMatch(/^serve\.request is form, and this is no row with fields/);
});

test("a row that is a file is the field that the settings say", async () => {
  const asked = protocol({ request: "multipart", "file-field": "image" });
  const [body, json] = await called(
    ["body_of", [asked, [{ file: "cat.png", content: Buffer.from("x").toString("base64") }]]],
    ["body_of", [protocol({ request: '{"image": {row.content}}' }), [{ file: "cat.png", content: "eA==" }]]],
  );
  expect(String(body)).toContain('name="image"; filename="cat.png"');
  expect(json).toBe('{"image": "eA=="}');
});

test("a file is a part of a multipart body, with its name, its type and its bytes", async () => {
  const asked = protocol({ request: "multipart" });
  const content = Buffer.from("\u0001not an image").toString("base64");
  const row = { image: { file: "scans/three.png", content }, threshold: 0.5 };
  const [body, bad] = await called(
    ["body_of", [asked, [row]]],
    ["body_of", [asked, [{ image: { file: "a.png", content: "?" } }]]],
  );
  const boundary = String(body).slice(2, 34);
  const type = { "Content-Type": `multipart/form-data; boundary=${boundary}` };
  // Another reader of such bodies than that which wrote it.
  const form = await new Response(String(body), { headers: type }).formData();
  const file = form.get("image");
  if (!(file instanceof File)) throw new Error("no file was read");
  expect([file.name, file.type, await file.text()]).toEqual(["three.png", "image/png", "\u0001not an image"]);
  expect(form.get("threshold")).toBe("0.5");
  expect(bad).toBe("the content of a.png is not base64");
});
