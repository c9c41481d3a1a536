import { constants, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { damagedCase, dataCase } from "./data-cases.ts";
import { askBoth, type CaseFile, disagreement, linesOf, misjudged } from "./data-rules.ts";
import { ENVIRONMENT_MS } from "./python.ts";

/** More by hand: ML_PIPELINE_FUZZ_RUNS=1000, and another seed with ML_PIPELINE_FUZZ_SEED. */
const RUNS = Number(process.env.ML_PIPELINE_FUZZ_RUNS ?? 40);
const SEED = Number(process.env.ML_PIPELINE_FUZZ_SEED ?? 7);
const timeout = ENVIRONMENT_MS + RUNS * 5000;
const settings = { numRuns: RUNS, seed: SEED, endOnFailure: true };

/** A case of these files, whose rows must all be numbers from 0 to 1 in a column x. */
const table = (files: Readonly<Record<string, string | Buffer>>, data: Readonly<Record<string, unknown>> = {}) => ({
  files: Object.entries(files).map(
    ([path, content]): CaseFile => ({
      path,
      checked: true,
      encoding: null,
      delimiter: ",",
      content: typeof content === "string" ? Buffer.from(content) : content,
    }),
  ),
  matches: Object.fromEntries(Object.keys(files).map((path) => [path, [path]])),
  data: { "min-rows": 0, "max-duplicates": 1, ...data },
  task: "classification" as const,
});

test("findings in random tables are those of a slow reference", { timeout }, async () => {
  const property = fc.asyncProperty(dataCase, async (one) => {
    const { found, expected } = await askBoth(one);
    expect(disagreement(found, expected)).toBeUndefined();
  });
  await fc.assert(property, settings);
});

test("a damaged file is named with what is wrong, or read as the reference reads it", { timeout }, async () => {
  const property = fc.asyncProperty(damagedCase, async (one) => {
    const { found, expected } = await askBoth(one);
    expect(misjudged(one, found, expected)).toBeUndefined();
  });
  await fc.assert(property, settings);
});

/** Each was misread once. */
describe("agrees with the reference on", { timeout: ENVIRONMENT_MS }, () => {
  const ranges = { ranges: { x: [0, 1] } };
  const manyKeys = Array.from({ length: 300 }, (_, at) => `{"k${at}":${at}}\n`).join("");
  const there = '"x" IS NOT NULL -- ["present","x"]';
  test.each([
    ["a line break of another kind in the header", { "a.csv": '"x","two\nlines"\r\n5,1\r\n6,1\r\n' }, ranges],
    ["a packed file with a question mark in its name", { "a?.csv.gz": gzipSync("x\n5\n6\n") }, ranges],
    ["a name that could be a home folder", { "~a.csv": "x\n5\n6\n" }, ranges],
    ["a separator of Unicode's lines in a name", { "a.csv": "x,a\u2028b\n5,1\n" }, ranges],
    ["files of two forms in turn", { "a.csv": "x\n5\n", "b.csv": "x,y\n5,1\n", "c.csv": "x\n5\n0\n6\n" }, ranges],
    ["a key that a path has twice", { "x=0/x=5/a.csv": "y\n1\n" }, ranges],
    ["a quotation mark within a field", { "a.csv": 'x,y\n0,5" wide\n5,2\n0,"3"" wide"\n6,1\n' }, ranges],
    ["a header whose last line has no separator", { "a.csv": 'x,"two\nlines"\n\n5,1\n\n6,1\n' }, ranges],
    ["blanks that are none of a number's", { "a.csv": "x,y\n\u00a0,1\n" }, { values: { y: [0] }, rules: { there } }],
    ["another separator in the header alone", { "a.csv": 'x,"t\tt"\n5,"a\nb"\n"""",1\n0,""""""\n' }, ranges],
    ["a column h", { "a.csv": "h,y\n1,1\n2,1\n" }, { unique: ["y"] }],
    ["a value of tabs alone", { "a.csv": "x,y\n\t,1\n1,2\n" }, { required: ["x"] }],
    ["words for timestamps", { "a.csv": "x\ninf\nepoch\n2024-01-02T03:04:05Z\n" }, { types: { x: "timestamp" } }],
    ["numbers and NaN as text in JSON lines", { "a.jsonl": '{"x":1}\n{"x":"NaN"}\n' }, { finite: true }],
    ["JSON lines with a byte-order mark", { "a.jsonl": '\ufeff{"x":0.5}\n\n{"x":5,"it\'s":{"a":1}}\r\n' }, ranges],
    ["a line of more than 2 MB", { "a.csv": `x,y\n0,1\n5,${"y".repeat(2_500_000)}\n6,1\n` }, ranges],
    [
      "a record of more than 2 MB in many short lines",
      { "a.csv": `x,y\n0,1\n5,"${"a, b\n".repeat(600_000)}"\n6,"c"\n` },
      ranges,
    ],
    ["names that are empty", { "a.csv": ",x,\n0,5,1\n1,0,2\n" }, { ranges: { "Unnamed: 0": [0, 0], x: [0, 1] } }],
    ["blank lines under one column", { "a.csv": 'x\n0\n\n""\n\n5\n\n' }, { ...ranges, "max-nulls": { x: 0 } }],
    ["gaps of R among numbers", { "a.csv": "x,y\n0,1\nNA,2\n5,NA\n-,3\n" }, { ...ranges, "max-nulls": { x: 0.1 } }],
    ["gaps among dates", { "a.csv": "x\n2024-01-02\nNULL\n2024-13-01\n" }, { types: { x: "date" } }],
    ["infinity beside gaps", { "a.csv": "x\n0\nNA\ninf\n" }, { finite: true }],
    ["hundreds of different keys", { "a.jsonl": manyKeys }, { ranges: { k7: [0, 1] } }],
    ["a number with an underscore", { "a.csv": "x\n0.5\n1_0\n" }, ranges],
    ["blanks of other alphabets", { "a.csv": "x,y\n\u3000,1\n\ufeff\u200b,2\n\u00a0,3\na,4\n" }, { required: ["x"] }],
    ["spellings of a missing value", { "a.csv": "x,y\nNA,1\n ? ,2\nNAN,3\nN/A.,4\n#N/A,5\n" }, { required: ["x"] }],
    [
      "its own spellings of a missing value",
      { "a.csv": "x,y\nNA,1\nnone,2\n" },
      { required: ["x"], missing: ["none"] },
    ],
    [
      "numbers that are written otherwise, and codes",
      { "a.csv": "x,y\n5.50,a\n1e3,b\n-0,c\n007,d\n", "b.csv": "x,y\n5.5,a\n1000.0,b\n0,c\n7,d\n" },
      { leakage: { train: ["a.csv"], evaluation: ["b.csv"] } },
    ],
    [
      "a number that became a fraction",
      { "a.csv": "x\n3\n", "b.csv": "x\n3.0\n" },
      { leakage: { train: ["a.csv"], evaluation: ["b.csv"] } },
    ],
    [
      "integers that became fractions and refer to integers",
      { "a.csv": "id\n1\n2\n03\n", "b.csv": "of\n1.0\n2.00\n3.0\n4.0\n" },
      { references: { of: { file: "a.csv", column: "id" } } },
    ],
    [
      "a column called filename that another refers to",
      { "a.csv": "filename,x\none,1\n,\n", "b.csv": "y\ntwo\n" },
      { references: { y: { file: "a.csv", column: "filename" } } },
    ],
  ])("%s", async (_what, files, data) => {
    const { found, expected } = await askBoth(table(files as Record<string, string>, data));
    expect(disagreement(found, expected)).toBeUndefined();
    expect(expected).not.toEqual([]);
  });
});

/** A file packed by zstd whose checksum is that of another content. */
function mismatched(content: string): Buffer {
  const packed = zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  packed[packed.length - 1] = (packed.at(-1) ?? 0) ^ 1;
  return packed;
}

describe("is refused with its name:", { timeout: ENVIRONMENT_MS }, () => {
  const long = `x,y\n${Array.from({ length: 400_000 }, (_, row) => `${row},1`).join("\n")}\n`;
  const wide = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");
  test.each([
    [
      "a packed file that has been cut off far from its beginning",
      "a.csv.gz",
      gzipSync(long).subarray(0, -3000),
      /gzip/,
    ],
    ["the same of the other packing", "a.csv.zst", zstdCompressSync(long).subarray(0, -3000), /zstd .* cut off/],
    ["damage within it", "a.csv.zst", mismatched(long), /not a zstd file, or a damaged one: zstd/],
    ["damage within packed JSON", "a.jsonl.zst", mismatched('{"x":1}\n'), /or a damaged one/],
    [
      "an empty field too many in a packed file",
      "a.csv.zst",
      zstdCompressSync("x,y\n1,2\n3,4,\n"),
      /line 3: it has 3 f/,
    ],
    ["a zero byte in a packed file", "a.csv.zst", zstdCompressSync("x,y\n1,a\0b\n"), /zero byte in line 2/],
    ["packed JSON that ends too early", "a.jsonl.zst", zstdCompressSync('{"x":1}\n{"x":'), /line 2, which ends within/],
    ["packed UTF-16 of the other order", "a.csv.zst", zstdCompressSync(wide("x,y\n1,2\n").swap16()), /big-endian/],
    ["UTF-16 of the other order", "a.csv", wide("x,y\n1,2\n").swap16(), /big-endian/],
    ["UTF-16 of the other order without its mark", "a.csv", wide("x,y\n1,2\n").subarray(2).swap16(), /without a byte/],
    ["UTF-16 without its mark", "a.csv", wide("x,y\n1,ü\n").subarray(2), /UTF-16 without a byte order mark/],
    ["the same in JSON", "a.jsonl", wide('{"x":"ü"}\n').subarray(2), /UTF-16, in which JSON lines/],
    ["latin-1 in JSON", "a.jsonl", Buffer.from('{"x":"ü"}\n', "latin1"), /not UTF-8 in line 1: save it as UTF-8/],
    ["Windows-1252 that is said to be latin-1", "a.csv", Buffer.from("x,y\n1,\x80\n", "latin1"), /0x80 in line 2/],
    ["UTF-16 with a letter of two parts", "a.csv", wide("x,y\n1,🙂\n"), /letter in line 2/],
    ["a byte-order mark before a header of two lines", "a.csv", '\ufeff"x\ny",z\n1,2\n', /byte-order mark/],
    ["an empty field too many", "a.csv", "x,y\n1,2\n3,4,\n", /line 3: it has 3 fields/],
    ["the same behind quoted fields of two lines", "a.csv", 'x,y\n"1\n,",\n3,"4\n,",""', /line 4: it has 3 fields/],
    ["the same without an end", "a.csv", "x;y\r\n1;\r\n3;4;", /line 3: it has 3 fields/],
    ["gzip that is not named so", "a.csv", gzipSync("x\n1\n"), /gzip, which its name does not say/],
    ["an Excel workbook", "a.csv", Buffer.from("PK\x03\x04\x14\0", "latin1"), /Excel/],
    ["a pointer of Git LFS", "a.parquet", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", /git lfs pull/],
    ["a page of a login", "a.jsonl", "\n<!DOCTYPE html><html></html>", /web page/],
    ["half of a character in JSON", "a.jsonl", '{"x":1}\n{"x":"\\ud800"}\n', /line 2: \\ud800 is half/],
    ["quotation marks of Spark", "a.csv", 'x,y\n1,"a \\"b\\" c"\n', /data\.escape/],
    ["a zero byte far from the beginning", "a.csv", `${long}1,a\0b\n`, /zero byte in line 400002/],
    ["a line for Excel", "a.csv", "sep=;\nx;y\n1;2\n", /Excel \(sep=\)/],
    ["a comment before the header", "a.csv", "# made by X\nx,y\n1,2\n", /begins with a comment/],
    ["a comment between the rows", "a.csv", "x,y\n1,2\n# more\n3,4\n", /line 3: it begins with #/],
    ["an answer of an API", "a.csv", '{"message": "Not Found", "status": "404"}\n', /is JSON/],
    ["a saved page with a mark and a comment", "a.csv", "\ufeff <!-- saved -->\n<html></html>\n", /web page/],
    ["a pointer of git-annex", "a.csv", "/annex/objects/SHA256E-s12--0.csv\n", /git annex get/],
    ["a pointer of DVC", "a.csv", "outs:\n- md5: 0\n  path: a.csv\n", /dvc pull/],
    ["a CSV that is called Parquet", "a.parquet", "x,y\n1,2\n", /is text and no Parquet/],
    ["Parquet without its end", "a.parquet", Buffer.from("PAR1\0\0\0\0\0\0\0\0\0", "latin1"), /not complete/],
    ["keys of JSON that differ in case", "a.jsonl", '{"ID":1}\n{"Id":2}\n', /key "Id" beside "ID"/],
    ["an empty key of JSON", "a.jsonl", '{"x":1,"":2}\n', /key without a letter/],
    ["a key of JSON twice", "a.jsonl", '{"x":1,"y":2}\n{"x":1,"x":2}\n', /line 2: a line has the key "x" more than/],
    ["UTF-16 in JSON", "a.jsonl", wide('{"x":1}\n'), /UTF-16, in which JSON lines/],
    ["JSON of many lines", "a.jsonl", '{\n "x": 1\n}\n', /line 1, which ends within a value/],
    ["lines of two kinds", "a.csv", "x,y\n1,2\r\n3,4\n", /several ways/],
  ])("%s", async (_what, path, content, reason) => {
    const { found } = await askBoth(table({ [path]: content }));
    expect(found).toEqual({ problems: [expect.stringMatching(reason)] });
    expect("problems" in found && found.problems[0]).toContain(path);
  });
});

describe("predicates", { timeout: ENVIRONMENT_MS }, () => {
  const same = { rules: { same: "a = b" } };
  test.each([
    ["neighbours beyond 2^53", "1234567890123456788,1234567890123456789", same, [1]],
    ["the same as a fraction", "9007199254740993,9007199254740993.00", same, []],
    ["a sum beyond them", "9007199254740993,1", { rules: { sum: "a + b IN (2, 9007199254740994)" } }, []],
    ["a number that is not whole", "9007199254740993,0.5", { rules: { above: "a >= b and isfinite(a)" } }, []],
    ["a comment", "1234567890123456788,1", { rules: { above: "a >= b -- and (" } }, []],
  ] as const)("whole numbers: %s", async (_what, row, data, rows) => {
    const { found } = await askBoth(table({ "a.csv": `a,b\n1,1\n${row}\n` }, data));
    expect("broken" in found ? found.broken.map((one) => one.rows) : found).toEqual(rows);
  });
});

test("a packed file is read whole", { timeout: ENVIRONMENT_MS }, async () => {
  const packed = zstdCompressSync(Buffer.concat([Buffer.from("x\n5\n"), Buffer.alloc(900_000, "0.25\n")]));
  const { found } = await askBoth(table({ "a.csv.zst": packed }, { ranges: { x: [0, 1] } }));
  expect(found).toMatchObject({ broken: [{ rule: "data.ranges.x", rows: 1, examples: [["a.csv.zst", 1, 2]] }] });
});

test.each([
  ["a line of more than 2 MB", "csv", `x,y\n0,1\n5,${"y".repeat(2_500_000)}\n6,1\n`, [3, 4]],
  ["a record of many lines", "csv", `x,y\n0,1\n5,"${"a, b\n".repeat(600_000)}"\n6,"c"\n`, [3, 600_004]],
  ["a record beyond all blocks", "csv", `x,y\n0,1\n5,"${"a b ".repeat(10_000_000)}"\n6,1\n`, [3, 4]],
  ["JSON of more than 2 MB in a line", "jsonl", `{"x":5,"y":"${"y".repeat(3_000_000)}"}\n{"x":7}\n`, [1, 2]],
  ["JSON with a byte-order mark", "jsonl", '\ufeff{"x":5}\n{"x":7}\n', [1, 2]],
  ["UTF-16", "csv", Buffer.from("\ufeffx,y\n5,ü\n7,1\n", "utf16le"), [2, 3]],
  ["UTF-8", "csv", "x,y\n5,ü\n7,日本\n", [2, 3]],
] as const)("what is packed by zstd is read as if it were not: %s", { timeout: ENVIRONMENT_MS }, async (...one) => {
  const [, ending, content, lines] = one;
  const rules = { ranges: { x: [0, 1] } };
  for (const [name, bytes] of [
    [`a.${ending}`, Buffer.from(content)],
    [`a.${ending}.gz`, gzipSync(content)],
    [`a.${ending}.zst`, zstdCompressSync(content)],
    // Frames follow each other in what several threads or appending programs write.
    [`a.${ending}.zst`, Buffer.concat([content.slice(0, 4), content.slice(4)].map((part) => zstdCompressSync(part)))],
  ] as const) {
    const { found } = await askBoth(table({ [name]: bytes }, rules));
    expect("broken" in found ? found.broken[0]?.examples.map(([, , line]) => line) : found, name).toEqual(lines);
  }
});

test("the lines of rows are those of a reader of letters", { timeout: ENVIRONMENT_MS }, async () => {
  const cell = fc.constantFrom("", "1", "a b", '"two\nlines"', '"a\r\nb"', '"a\rb"', '""",x"', 'mid"dle', '","', "ü");
  const file = fc
    .record({
      width: fc.constantFrom(1, 1, 2, 3),
      delimiter: fc.constantFrom(",", ";", "\t"),
      ending: fc.constantFrom("\n", "\r\n", "\r"),
      blank: fc.boolean(),
    })
    .chain(({ width, delimiter, ending, blank }) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 2, maxLength: 12 }).map((rows) => {
        const head = Array.from({ length: width }, (_, at) => `"name${at}\n"`).join(delimiter);
        const lines = [head, ...rows.map((row) => row.join(delimiter))];
        const text = lines.flatMap((line, at) => (blank && at % 3 === 2 ? ["", line] : [line])).join(ending) + ending;
        return { text, delimiter };
      }),
    );
  const { found, expected } = await linesOf(fc.sample(file, { numRuns: 300, seed: SEED }));
  expect(found).toEqual(expected);
});
