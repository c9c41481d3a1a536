import { gzipSync } from "node:zlib";
import { csvOf, type Files, jsonLinesOf, parquetOf, type Row, rowsOf, withFlaws, zstdOf } from "./data-files.ts";

/* What `validate-data` lets through and what it refuses: real files with a flaw in a known row, by the command line. */

export interface DataScenario {
  readonly name: string;
  /** The project's `[tool.ml-pipeline.data]`. */
  readonly config: string;
  /** Data that keeps every rule. */
  readonly sound: Files;
  /** The files that are put in place of the sound ones, or beside them. */
  readonly flawed: Files;
  /** Everything that is found in them, to the letter and in this order; nothing else may be. */
  readonly says: readonly string[];
}

const everyRow = (place: number): Row => ({
  id: `${place}`,
  x: (place / 1000).toFixed(3),
  label: place % 2 === 0 ? "yes" : "no",
  site: `s${place % 10}`,
  slot: `${Math.floor(place / 10)}`,
  extra: `${place % 7}`,
  count: `${place}.0`,
  score: `${place % 101}`,
  rate: `${place % 101}`,
  flag: place % 3 === 0 ? "True" : "no",
  day: `2024-02-${10 + (place % 20)}`,
  seen: `2024-02-29T10:${10 + (place % 50)}:00Z`,
  city: place % 2 === 0 ? "Ulm" : "Köln",
  grade: place % 2 === 0 ? "1" : "2.0",
  note: place % 10 === 0 ? "" : "noted",
  shop: `shop ${place % 4}`,
  low: `${place}`,
  high: `${place + 1}`,
  "last seen": "2024-01-01",
  comment: `Comment ${place}: neither too short nor too long for what is asked of it.`,
  title: "t".repeat(60),
});

const SHOPS = csvOf(rowsOf(4, (place) => ({ shop: `shop ${place}`, town: "Ulm" })));

const EVERY_RULE = `label = "label"
required = ["x"]
min-rows = 330
unique = ["id", ["site", "slot"]]
min-class-ratio = 0.5

[tool.ml-pipeline.data.types]
count = "integer"
score = "number"
flag = "boolean"
day = "date"
seen = "timestamp"
title = "text"
"last seen" = "date"

[tool.ml-pipeline.data.values]
city = ["Ulm", "Köln"]
grade = [1, 2]

[tool.ml-pipeline.data.ranges]
rate = [0, 100]

[tool.ml-pipeline.data.max-nulls]
note = 0.1

[tool.ml-pipeline.data.references]
shop = { file = "shops.csv", column = "shop" }

[tool.ml-pipeline.data.rules]
"the low is low" = 'low <= high'
"seen in time" = '''"last seen" < DATE '2025-01-01' -- no later'''

[tool.ml-pipeline.data.text.comment]
min-length = 20
max-length = 100

[tool.ml-pipeline.data.text.title]

[tool.ml-pipeline.data.leakage]
train = ["rows.csv"]
evaluation = ["test/*.csv"]
columns = ["comment"]
`;

const train = rowsOf(300, everyRow);
const evaluation = rowsOf(30, (place) => everyRow(place + 300));

/** Where one row breaks a rule. */
const ONE = "in 1 of 330 rows (0.3 %): rows.csv";

const everyRule: DataScenario = {
  name: "every rule",
  config: EVERY_RULE,
  sound: { "shops.csv": SHOPS, "rows.csv": csvOf(train), "test/rows.csv": csvOf(evaluation) },
  flawed: {
    "rows.csv": csvOf(
      withFlaws(train, {
        5: { x: "" },
        6: { x: "  " },
        7: { x: "NaN" },
        8: { extra: "inf" },
        9: { count: "1.5" },
        10: { score: "many" },
        11: { flag: "perhaps" },
        13: { day: "2024-02-30" },
        14: { seen: "yesterday" },
        15: { city: "ulm" },
        16: { grade: "3" },
        17: { rate: "101" },
        18: { rate: "-0.5" },
        19: { note: "" },
        20: { id: "11" },
        21: { site: "s0", slot: "0" },
        22: { shop: "nowhere" },
        23: { low: "500" },
        24: { "last seen": "2025-06-01" },
        25: { comment: "short" },
        26: { comment: "l".repeat(101) },
        28: { label: "rare" },
        ...Object.fromEntries(Array.from({ length: 200 }, (_, place) => [60 + place, { title: "t".repeat(20) }])),
        251: { low: "none", title: "t".repeat(20) },
      }),
    ),
    "test/rows.csv": csvOf(
      withFlaws(evaluation, {
        4: { comment: "  comment 7 - NEITHER too short; nor too long, for what is asked of it" },
        5: { label: "" },
      }),
    ),
  },
  says: [
    '"x" is empty in 2 of 330 rows (0.61 %): rows.csv line 5 (empty), line 6 ("  ") (data.required)',
    `"x" is NaN or infinite ${ONE} line 7 ("NaN") (data.required)`,
    '"label" is empty in 1 of 330 rows (0.3 %): test/rows.csv line 5 (empty) (data.label)',
    `"extra" is NaN or infinite ${ONE} line 8 ("inf") (data.finite)`,
    `"count" is not an integer ${ONE} line 9 ("1.5") (data.types.count)`,
    `"score" is not a number ${ONE} line 10 ("many") (data.types.score)`,
    `"flag" is not true or false ${ONE} line 11 ("perhaps") (data.types.flag)`,
    `"day" is not a date (YYYY-MM-DD) ${ONE} line 13 ("2024-02-30") (data.types.day)`,
    `"seen" is not a timestamp (ISO 8601) ${ONE} line 14 ("yesterday") (data.types.seen)`,
    `"city" is none of "Ulm", "Köln" ${ONE} line 15 ("ulm") (data.values.city)`,
    `"grade" is none of 1, 2 ${ONE} line 16 ("3") (data.values.grade)`,
    '"rate" is outside 0 to 100 in 2 of 330 rows (0.61 %): rows.csv line 17 ("101"), line 18 ("-0.5") (data.ranges.rate)',
    '"note" is empty in 34 of 330 rows (10.3 %), at most 10 % may: rows.csv line 2 (empty), line 12 (empty), line 19 (empty), … (data.max-nulls.note)',
    `"id" repeats an earlier row's ${ONE} line 13 ("11"), line 20 ("11") (data.unique)`,
    `"site" and "slot" repeat an earlier row's ${ONE} line 2 ("s0", "0"), line 21 ("s0", "0") (data.unique)`,
    `"shop" is not in "shop" of shops.csv ${ONE} line 22 ("nowhere") (data.references.shop)`,
    `the low is low (low <= high) is broken ${ONE} line 23 ("500", "22") (data.rules.the low is low)`,
    `seen in time ("last seen" < DATE '2025-01-01' -- no later) is broken ${ONE} line 24 ("2025-06-01") (data.rules.seen in time)`,
    `"low" is taken for numbers by a rule, and is none (data.types can say what it is) ${ONE} line 251 ("none") (data.rules)`,
    `"comment" is shorter than 20 letters ${ONE} line 25 ("short") (data.text.comment.min-length)`,
    `"comment" is longer than 100 letters ${ONE} line 26 ("${"l".repeat(40)}…") (data.text.comment.max-length)`,
    'the median length of "title" is 20 (at least 50) (data.text.title.min-median-length)',
    'class ratio 0.0061 (at least 0.5): 1 row of "rare", 164 of "yes" (data.min-class-ratio)',
    '1 of 30 rows (3.3 %) of the evaluation data are in the training data, at most 0 % may be: test/rows.csv line 4 ("  comment 7 - NEITHER too short; nor too…") (data.leakage)',
  ],
};

const soundRows = rowsOf(80, everyRow);
const soundEvaluation = rowsOf(20, (place) => everyRow(place + 80));
const repeatedRow = everyRow(1);
const leakedRow = everyRow(5);

const rowsAsAWhole: DataScenario = {
  name: "too few rows, repeated ones, and ones of the training data",
  config: `min-rows = 100

[tool.ml-pipeline.data.leakage]
train = ["train.csv"]
evaluation = ["test.csv"]
`,
  sound: { "train.csv": csvOf(soundRows), "test.csv": csvOf(soundEvaluation) },
  flawed: {
    "train.csv": csvOf(soundRows.slice(0, 79).with(60, repeatedRow)),
    "test.csv": csvOf(soundEvaluation.with(3, leakedRow)),
  },
  says: [
    "99 rows in 2 files, at least 100 are needed (data.min-rows)",
    "2 of 99 rows (2 %) are the same as an earlier one, at most 1 % may be: test.csv line 5, train.csv line 3, line 7, … (data.max-duplicates)",
    "1 of 20 rows (5 %) of the evaluation data are in the training data, at most 0 % may be: test.csv line 5 (data.leakage)",
  ],
};

const THERE = 'there are "id", "town", "place"';

const columnsThatAreNotThere: DataScenario = {
  name: "columns that are not there",
  config: `label = "label"
required = ["x"]
min-rows = 1
unique = [["site", "slot"]]
types = { count = "integer" }
values = { city = ["Ulm", "Köln"] }
ranges = { rate = [0, 100] }
max-nulls = { note = 0.5 }

[tool.ml-pipeline.data.references]
shop = { file = "shops.csv", column = "shop" }
town = { file = "towns.csv", column = "town" }
place = { file = "shops.csv", column = "town" }

[tool.ml-pipeline.data.text.comment]

[tool.ml-pipeline.data.leakage]
train = ["rows.csv"]
evaluation = ["test/*.csv"]
columns = ["comment"]
`,
  sound: {
    "shops.csv": SHOPS,
    "towns.csv": "town\nUlm\n",
    "rows.csv": csvOf(rowsOf(20, (at) => ({ ...everyRow(at), town: "Ulm", place: "Ulm" }))),
    "test/rows.csv": csvOf(rowsOf(10, (at) => ({ ...everyRow(at + 20), town: "Ulm", place: "Ulm" }))),
  },
  flawed: {
    "shops.csv": csvOf(rowsOf(4, (place) => ({ shop: `shop ${place}` }))),
    "towns.csv": "Town name\nUlm\n",
    "rows.csv": csvOf(rowsOf(20, (place) => ({ id: `${place}`, town: "Ulm", place: "Ulm" }))),
    "test/rows.csv": csvOf(rowsOf(10, (place) => ({ id: `${place + 20}`, town: "Ulm", place: "Ulm" }))),
  },
  says: [
    `mandatory column "x" is missing; ${THERE} (data.required)`,
    `mandatory column "label" is missing; ${THERE} (data.label)`,
    `there is no column "count" (${THERE}) (data.types.count)`,
    `there is no column "city" (${THERE}) (data.values.city)`,
    `there is no column "rate" (${THERE}) (data.ranges.rate)`,
    `there is no column "note" (${THERE}) (data.max-nulls.note)`,
    `there is no column "site" (${THERE}) (data.unique)`,
    `there is no column "shop" (${THERE}) (data.references.shop)`,
    'towns.csv has no column "town" (there are "Town name") (data.references.town)',
    'shops.csv has no column "town" (there are "shop") (data.references.place)',
    `there is no column "comment" (${THERE}) (data.text.comment)`,
    `there is no column "comment" (${THERE}) (data.leakage.columns)`,
  ],
};

const PLACES = "abcdefghijklmnopq";

/** Twelve rows; all columns of one letter are 0, but one that is 9 in the tenth. */
const tenRows = (flawed = ""): Row[] =>
  rowsOf(12, (place) => ({
    n: `${place + 1}`,
    note: `row ${place + 1}`,
    ...Object.fromEntries([...PLACES].map((name) => [name, name === flawed && place === 9 ? "9" : "0"])),
  }));

/** The same with line ends in two of the fields before. */
const longRows = (flawed?: string): Row[] =>
  withFlaws(tenRows(flawed), { 3: { note: 'two\nlines, and a "quotation"' }, 5: { note: "\n\n" } });

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, "utf16le");

/** A file of each form, the flaw of each in a column of its own. */
const everyForm = (flaws: string): Files => {
  const rows = (name: string): Row[] => tenRows(flaws.includes(name) ? name : "");
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
    "parts/part-0.csv": csvOf(tenRows()),
    "parts/part-1.csv": csvOf(rows("m")),
    "parts/part-2.csv": csvOf(tenRows()),
    "year=2023/city=Ulm/n.parquet": parquetOf(rows("n")),
    [`year=${flaws.includes("o") ? 1999 : 2024}/city=K%C3%B6ln/o.csv`]: csvOf(tenRows()),
    "ü 'p' \"$(touch x)\" [1]*.csv": csvOf(rows("p")),
    "ü 'q' \"$(touch x)\" [1]?.parquet": parquetOf(rows("q")),
  };
};

const outside = (column: string, where: string): string =>
  `"${column}" is outside 0 to 1 in 1 of 240 rows (0.42 %): ${where} ("9") (data.ranges.${column})`;

const forms: DataScenario = {
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
    // What is packed by zstd is not unpacked once more for the lines.
    outside("i", "i.csv.zst row 10"),
    outside("j", "j.jsonl line 10"),
    outside("k", "k.jsonl.gz line 11"),
    outside("l", "l.parquet row 10"),
    outside("m", "parts/part-1.csv line 11"),
    outside("n", "year=2023/city=Ulm/n.parquet row 10"),
    outside("p", `ü 'p' "$(touch x)" [1]*.csv line 11`),
    outside("q", `ü 'q' "$(touch x)" [1]?.parquet row 10`),
  ],
};

/** All scenarios. */
export const DATA_SCENARIOS: readonly DataScenario[] = [everyRule, rowsAsAWhole, columnsThatAreNotThere, forms];
