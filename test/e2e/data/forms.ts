import { gzipSync } from "node:zlib";
import { csvOf, type Files, jsonLinesOf, parquetOf, type Row, rowsOf, withFlaws, zstdOf } from "./files.ts";
import type { DataScenario } from "./scenario.ts";

/* Files of every form. */

const PLACES = "abcdefghijklmnopq";

/** Twelve rows; all columns of one letter are 0, but one that is 9 in the tenth. */
export const twelveRows = (flawed = ""): Row[] =>
  rowsOf(12, (place) => ({
    no: `${place + 1}`,
    note: `row ${place + 1}`,
    ...Object.fromEntries([...PLACES].map((name) => [name, name === flawed && place === 9 ? "9" : "0"])),
  }));

/** The same with line ends in two of the fields before. */
export const longRows = (flawed?: string): Row[] =>
  withFlaws(twelveRows(flawed), { 3: { note: 'two\nlines, and a "quotation"' }, 5: { note: "\n\n" } });

export const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");

/** A file of each form, the flaw of each in a column of its own. */
const everyForm = (flaws: string): Files => {
  const rows = (name: string): Row[] => twelveRows(flaws.includes(name) ? name : "");
  return {
    "a comma.csv": csvOf(rows("a")),
    "b semicolon.csv": csvOf(rows("b"), ";"),
    "c mark.csv": `\ufeff${csvOf(rows("c"))}`,
    "d lines.csv": csvOf(longRows(flaws.includes("d") ? "d" : "")),
    "e windows.csv": csvOf(longRows(flaws.includes("e") ? "e" : ""), ",", "\r\n"),
    "f.tsv": csvOf(rows("f"), "\t"),
    "g utf-16.csv": utf16(csvOf(longRows(flaws.includes("g") ? "g" : ""))),
    "h.csv.gz": gzipSync(csvOf(longRows(flaws.includes("h") ? "h" : ""))),
    "i.csv.zst": zstdOf(rows("i")),
    "j.jsonl": jsonLinesOf(rows("j")).replace(/"(\d+)"/g, "$1"),
    "k.jsonl.gz": gzipSync(`\n${jsonLinesOf(rows("k"))}`),
    "l.parquet": parquetOf(rows("l")),
    "parts/part-0.csv": csvOf(twelveRows()),
    "parts/part-1.csv": csvOf(rows("m")),
    "parts/part-2.csv": csvOf(twelveRows()),
    "year=2023/city=Ulm/n.parquet": parquetOf(rows("n")),
    [`year=${flaws.includes("o") ? 1999 : 2024}/city=K%C3%B6ln/o.csv`]: csvOf(twelveRows()),
    "ü 'p' \"$(touch x)\" [1]*.csv": csvOf(rows("p")),
    "ü 'q' \"$(touch x)\" [1]?.parquet": parquetOf(rows("q")),
  };
};

const outside = (column: string, where: string): string =>
  `"${column}" is outside 0 to 1 in 1 of 240 rows (0.42 %): ${where} ("9") (data.ranges.${column})`;

export const EVERY_FORM: DataScenario = {
  name: "a flaw in a file of each form",
  config: `min-rows = 228
max-duplicates = 1
max-nulls = { note = 0 }
values = { city = ["Ulm", "Köln"] }

[tool.ml-pipeline.data.ranges]
year = [2020, 2030]
${[...PLACES].map((name) => `${name} = [0, 1]\n`).join("")}`,
  sound: everyForm(""),
  flawed: everyForm(PLACES),
  says: [
    '"year" is outside 2020 to 2030 in 12 of 240 rows (5 %): year=1999/city=K%C3%B6ln/o.csv line 2 ("1999"), line 3 ("1999"), line 4 ("1999"), … (data.ranges.year)',
    outside("a", "a comma.csv line 11"),
    outside("b", "b semicolon.csv line 11"),
    outside("c", "c mark.csv line 11"),
    outside("d", "d lines.csv line 14"),
    outside("e", "e windows.csv line 14"),
    outside("f", "f.tsv line 11"),
    outside("g", "g utf-16.csv line 14"),
    outside("h", "h.csv.gz line 14"),
    outside("i", "i.csv.zst line 11"),
    outside("j", "j.jsonl line 10"),
    outside("k", "k.jsonl.gz line 11"),
    outside("l", "l.parquet row 10"),
    outside("m", "parts/part-1.csv line 11"),
    outside("n", "year=2023/city=Ulm/n.parquet row 10"),
    outside("p", `ü 'p' "$(touch x)" [1]*.csv line 11`),
    outside("q", `ü 'q' "$(touch x)" [1]?.parquet row 10`),
  ],
};
