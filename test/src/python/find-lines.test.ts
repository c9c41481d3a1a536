import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { TOOLS } from "../../../src/containers/settings.ts";
import type { FoundLines } from "../../../src/data/examples.ts";
import { foundLinesSchema } from "../../../src/data/lines.ts";
import { parseJson } from "../../../src/json.ts";
import { ENVIRONMENT_MS, pythonPackages } from "../../support/python-environment.ts";
import { inFolder, pythonWith } from "./python.ts";

let tools = "";
beforeAll(async () => {
  tools = await pythonPackages("zstandard", [`zstandard==${TOOLS.zstandard}`]);
}, ENVIRONMENT_MS);

interface Wanted {
  readonly text: string | Buffer;
  readonly name?: string;
  readonly format?: "csv" | "json";
  readonly encoding?: string;
  readonly blank?: boolean;
  readonly rows: readonly number[];
}

/** The lines of rows in each of these files. */
async function linesOf(files: readonly Wanted[]): Promise<Record<string, number>[]> {
  let found: readonly FoundLines[] = [];
  await inFolder(async (folder) => {
    const request = files.map(
      ({ text, name = ".csv", format = "csv", encoding = "utf-8-sig", blank = false, rows }, place) => {
        const path = join(folder, `${place}${name}`);
        writeFileSync(path, text);
        return { path, format, encoding, delimiter: ",", escape: null, blank, rows };
      },
    );
    writeFileSync(join(folder, "request"), JSON.stringify(request));
    const ran = await pythonWith(
      { PYTHONPATH: tools },
      "find_lines.py",
      join(folder, "request"),
      join(folder, "result"),
    );
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    found = parseJson(readFileSync(join(folder, "result"), "utf8"), foundLinesSchema, "lines.json");
  });
  return found.map(({ lines }) => ({ ...lines }));
}

test.each<[string, Wanted, Record<string, number>]>([
  ["a header is no row", { text: "a,b\n1,2\n3,4\n", rows: [1, 2] }, { 1: 2, 2: 3 }],
  ["a header of two lines", { text: '"a\nb",c\n1,2\n', rows: [1] }, { 1: 3 }],
  [
    "a row begins where its first line does",
    { text: 'a,b\n1,"x\ny"\n2,"\n\n"\n3,\n', rows: [1, 2, 3] },
    { 1: 2, 2: 4, 3: 7 },
  ],
  ["doubled quotation marks", { text: 'a,b\n1,"x ""y"" z"\n2,"""\n"""\n3,\n', rows: [2, 3] }, { 2: 3, 3: 5 }],
  ["blank lines between", { text: "a,b\n\n1,2\n\n\n3,4\n", rows: [1, 2] }, { 1: 3, 2: 6 }],
  ["blank lines that are counted", { text: "a,b\n\n1,2\n\n3,4\n", rows: [2, 4], blank: true }, { 2: 3, 4: 5 }],
  ["blank lines are no rows of one column", { text: 'a\n1\n\n""\n3\n', rows: [2, 3] }, { 2: 4, 3: 5 }],
  ["Windows", { text: 'a,b\r\n1,"x\r\ny"\r\n2,3\r\n', rows: [1, 2] }, { 1: 2, 2: 4 }],
  ["an old Macintosh", { text: "a,b\r1,2\r3,4\r", rows: [1, 2] }, { 1: 2, 2: 3 }],
  ["no line end at the end", { text: "a,b\n1,2", rows: [1] }, { 1: 2 }],
  ["a mark at the beginning", { text: '\ufeff"a",b\n1,2\n', rows: [1] }, { 1: 2 }],
  ["UTF-16", { text: Buffer.from("\ufeffa,b\n1,ü\n3,4\n", "utf16le"), encoding: "utf-16", rows: [2] }, { 2: 3 }],
  ["gzip", { text: gzipSync("a,b\n1,2\n3,4\n"), name: ".csv.gz", rows: [2] }, { 2: 3 }],
  ["zstd", { text: zstdCompressSync("a,b\n1,2\n3,4\n"), name: ".csv.zst", rows: [2] }, { 2: 3 }],
  ["a row that is not there", { text: "a,b\n1,2\n", rows: [1, 9] }, { 1: 2 }],
  [
    "JSON has no header",
    { text: '{"a": 1}\n\n{"a": "\\""}\n{"a": 2}\n', name: ".jsonl", format: "json", rows: [1, 2, 3] },
    { 1: 1, 2: 3, 3: 4 },
  ],
])("%s", async (_, wanted, lines) => {
  expect(await linesOf([wanted])).toEqual([lines]);
});

test("whatever the fields are, a row is in the line in which it was written", async () => {
  const field = fc
    .array(fc.constantFrom("x", ",", '"', "\n", " ", "ü"), { maxLength: 4 })
    .map((letters) => letters.join(""));
  const table = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 8 });
  const written = fc.sample(table, { numRuns: 200, seed: 7 }).map((rows) => {
    const lines: Record<string, number> = {};
    let text = "first,second\n";
    rows.forEach((fields, place) => {
      lines[place + 1] = text.split("\n").length;
      text += `${fields.map((one) => `"${one.replaceAll('"', '""')}"`).join(",")}\n`;
    });
    return { text, rows: rows.map((_, place) => place + 1), lines };
  });
  expect(await linesOf(written)).toEqual(written.map(({ lines }) => lines));
});
