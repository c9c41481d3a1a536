import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { commandsReportSchema } from "../../src/containers/commands.ts";
import { trackedSchema } from "../../src/data/dvc/outs.ts";
import { pullSchema } from "../../src/data/dvc/remote.ts";
import { foundLinesSchema } from "../../src/data/lines.ts";
import { readCounts, readFacts } from "../../src/drift/read.ts";
import { UserError } from "../../src/errors.ts";
import { canonicalJson, jsonOf, parseJson, unambiguousJson } from "../../src/json.ts";
import { parseMetrics } from "../../src/measurements/claims.ts";
import { readCases } from "../../src/measurements/serving/case-files.ts";
import { rawLoadTestSchema } from "../../src/measurements/serving/measure-load.ts";
import { answersSchema } from "../../src/measurements/serving/predict.ts";
import { readRequests } from "../../src/measurements/serving/replay.ts";
import { parseManifest } from "../../src/model/manifest.ts";
import { recordedDrift } from "../../src/objects/drift.ts";
import { recordedEvaluation } from "../../src/objects/evaluation.ts";
import { recordedRetraining } from "../../src/objects/retraining.ts";
import { recordedRun } from "../../src/objects/run.ts";
import { pictures } from "../../src/report/plots/draw.ts";
import { describedSchema } from "../../src/tables/describe.ts";
import { userError } from "./support.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The folders whose borders are parsed, and in each the files that may call JSON.parse. `local` joins with a line of its own. */
const BORDERS: Readonly<Record<string, readonly string[]>> = {
  src: ["json.ts"],
};

/** A parser's value that is taken for something else without a look: `JSON.parse(text) as Report`. */
const UNPARSED = /JSON\.parse\b|\b(jsonOf|parseToml)\([^\n]*\) as (?!const)/;

describe.each(Object.entries(BORDERS))("%s", (folder, allowed) => {
  test("parses JSON by a schema, in one place", () => {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
    const found = files
      .filter((file) => /\.m?ts$/.test(file) && !file.includes("node_modules") && !allowed.includes(file))
      .flatMap((file) =>
        readFileSync(join(ROOT, folder, file), "utf8")
          .split("\n")
          .flatMap((line, index) =>
            UNPARSED.test(line) && !/^\s*(\/\/|\/?\*)/.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [],
          ),
      );
    expect(found, `take parseJson of ${folder}/${allowed[0]} and a schema`).toEqual([]);
  });
});

const read =
  <Output>(schema: z.ZodType<Output>) =>
  (text: string): unknown =>
    parseJson(text, schema, "x.json");

/** What of the module reads JSON that another program wrote. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  "results of commands": read(commandsReportSchema),
  "tracked data": read(trackedSchema),
  "a pull": read(pullSchema),
  "lines of rows": read(foundLinesSchema),
  "described tables": read(describedSchema),
  answers: read(answersSchema),
  "a load test": read(rawLoadTestSchema),
  "a run": read(recordedRun),
  "an evaluation": read(recordedEvaluation),
  "a comparison": read(recordedDrift),
  "a retraining": read(recordedRetraining),
  "a manifest": (text) => parseManifest(text, "--model"),
  metrics: (text) => parseMetrics(text, "src.evaluate"),
  pictures: (text) => pictures([], text),
  "recorded requests": (text) => readRequests("requests.jsonl", text),
  "failure modes": (text) => readCases("cases.jsonl", text),
  "facts of drift": (text) => readFacts(async () => text),
  "counts of drift": (text) => readCounts(async () => text, { reference: 1, current: 1 }),
};

describe.each(Object.entries(READERS))("%s", (_, reader) => {
  const refusal = async (text: string): Promise<unknown> => {
    try {
      await reader(text);
      return undefined;
    } catch (error) {
      return error;
    }
  };

  test("any JSON is parsed or refused with a message", () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const error = await refusal(JSON.stringify(value));
        if (error !== undefined) expect(error).toBeInstanceOf(UserError);
      }),
    ));

  test("any other text is refused with a message", () =>
    fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1 }), async (text) => {
        fc.pre(text.trim() !== "" && jsonOf(text) === undefined);
        expect(await refusal(text)).toBeInstanceOf(UserError);
      }),
    ));
});

describe("a valid record", () => {
  const valid = {
    commands: [
      { name: "a", args: ["b"], exitCode: 0, startedAt: 1, endedAt: 2, peakMemoryBytes: 3, tail: "" },
      { name: "c", args: [], exitCode: 1, startedAt: 1, endedAt: 2, peakMemoryBytes: 3, tail: "" },
    ],
    hashes: { "/data": { sha256: "d", files: 1, bytes: 2, kinds: [{ suffix: ".csv", files: 1, bytes: 2 }] } },
  };

  test("is parsed unchanged", () => {
    expect(parseJson(JSON.stringify(valid), commandsReportSchema, "results.json")).toEqual(valid);
  });

  test.each(["name", "args", "exitCode", "startedAt", "endedAt", "peakMemoryBytes", "tail"])(
    "without %s is refused with the place, and with what to do",
    (key) => {
      const damaged = structuredClone(valid);
      Reflect.deleteProperty(damaged.commands[1] ?? {}, key);
      const message = userError(() => parseJson(JSON.stringify(damaged), commandsReportSchema, "results.json"));
      expect(message).toMatch(
        new RegExp(`^results.json does not match the expected schema at commands\\.1\\.${key}: .*run it again\\.$`),
      );
    },
  );

  test("that was cut off anywhere is refused", () => {
    const text = JSON.stringify(valid);
    for (let length = 0; length < text.length; length++) {
      expect(userError(() => parseJson(text.slice(0, length), commandsReportSchema, "results.json"))).toBe(
        "results.json is not JSON. It was cut off, or another version of ml-pipeline wrote it: run it again.",
      );
    }
  });
});

test("a refusal gives the advice of its reader", () => {
  expect(userError(() => parseJson("[1]", z.array(z.string()), "names.json", "Write names."))).toBe(
    "names.json does not match the expected schema at 0: Invalid input: expected string, received number. Write names.",
  );
});

test("in a union, the message is that of the best matching schema", () => {
  const file = { path: "a.csv", format: "csv", bytes: 1, rows: 1, columns: [{ name: "a" }], sample: [] };
  expect(userError(() => parseJson(JSON.stringify([file]), describedSchema, "tables.json"))).toMatch(
    /^tables\.json does not match the expected schema at 0\.columns\.0\.type: /,
  );
});

describe("a text that is nested so deep that it would break whoever walks it is no JSON:", () => {
  const nested = (depth: number, [open, close]: readonly [string, string], inner = "1"): string =>
    `${open.repeat(depth)}${inner}${close.repeat(depth)}`;

  test.each<[string, readonly [string, string]]>([
    ["lists", ["[", "]"]],
    ["objects", ['{"a":', "}"]],
    ["both", ['{"a":[', "]}"]],
  ])("%s", (_what, pair) => {
    expect(jsonOf(nested(200, pair))).toBeDefined();
    expect(canonicalJson(jsonOf(nested(200, pair)))).toBe(nested(200, pair));
    for (const depth of [501, 200_000]) expect(jsonOf(nested(depth, pair))).toBeUndefined();
  });

  test("and brackets in strings are no depth", () => {
    for (const text of ["[".repeat(1000), `\\"${"{".repeat(1000)}`, '"['.repeat(1000), "\\".repeat(1001)]) {
      expect(jsonOf(JSON.stringify({ text, more: [text] }))).toEqual({ text, more: [text] });
    }
    const flat = Array.from({ length: 5000 }, () => [{ a: [] }]);
    expect(jsonOf(JSON.stringify(flat))).toEqual(flat);
  });
});

describe("a text that a program in another language reads as well", () => {
  const simple = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant('":{}\\"'));

  test("is taken as it is, whatever its strings are", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(simple, fc.array(fc.dictionary(fc.string(), simple)))),
        (value) => {
          const text = JSON.stringify(value);
          expect(unambiguousJson(text, { isCaseFree: true })).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test("is none where an object has a key twice, wherever that is and however it is written", () => {
    fc.assert(
      fc.property(fc.string(), simple, fc.boolean(), (key, value, isInside) => {
        const one = `${JSON.stringify(key)}:${JSON.stringify(value)}`;
        const doubled = `{${one}, ${one}}`;
        const text = isInside ? `[1,{"a":[${doubled}]}]` : doubled;
        expect(jsonOf(text)).toBeDefined();
        expect(unambiguousJson(text, { isCaseFree: true })).toBeUndefined();
      }),
    );
    expect(unambiguousJson('{"a":1,"\\u0061":2}', { isCaseFree: true })).toBeUndefined();
  });

  test.each([
    '{"layers":[],"Layers":[]}',
    '{"a":{"digest":1,"DIGEST":2}}',
    '{"layers":1,"layer\u017f":2}',
    '{"k":1,"\u212a":2}',
  ])("is none where two keys differ in case alone: %s", (text) => {
    expect(unambiguousJson(text)).toBeUndefined();
    expect(unambiguousJson(text, { isCaseFree: true })).toEqual(JSON.parse(text));
  });
});
