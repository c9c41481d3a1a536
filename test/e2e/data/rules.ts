import { csvOf, parquetOf, type Row, rowsOf, withFlaws } from "./files.ts";
import type { DataScenario } from "./scenario.ts";

/* Each rule on data, broken in a known row. */

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
    `"id" repeats an earlier row's ${ONE} line 20 ("11") (data.unique)`,
    `"site" and "slot" repeat an earlier row's ${ONE} line 21 ("s0", "0") (data.unique)`,
    `"shop" is not in "shop" of shops.csv ${ONE} line 22 ("nowhere") (data.references.shop)`,
    `the low is low (low <= high) is broken ${ONE} line 23 ("500", "22") (data.rules.the low is low)`,
    `seen in time ("last seen" < DATE '2025-01-01' -- no later) is broken ${ONE} line 24 ("2025-06-01") (data.rules.seen in time)`,
    `"low" is taken for a number by a rule, and is none (data.types can say what it is) ${ONE} line 251 ("none") (data.rules)`,
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
    "2 of 99 rows (2 %) are the same as an earlier one, at most 1 % may be (a guess of the pipeline, and max-duplicates = 0.021 allows it): train.csv line 7, line 62 (data.max-duplicates)",
    "1 of 20 rows (5 %) of the evaluation data are in the training data, at most 0 % may be: test.csv line 5 (data.leakage)",
  ],
};

/** So many rows that DuckDB reads them in parallel: as many hours as five years have. */
const hours = rowsOf(43_800, (hour) => ({ hour: `${hour}`, load: `${(hour * 7919) % 43_801}` }));
const hour = (place: number): Row => ({ ...hours[place] });

const repeatedFarBehind: DataScenario = {
  name: "rows that are repeated far behind",
  config: "max-duplicates = 0\n",
  sound: { "hours.csv": csvOf(hours) },
  flawed: { "hours.csv": csvOf(hours.with(30_001, hour(18)).with(40_001, hour(9_999))) },
  says: [
    '2 of 43,800 rows (0.0046 %) are the same as an earlier one, at most 0 % may be: hours.csv line 30003 ("18", "11139"), line 40003 ("9999", "33674") (data.max-duplicates)',
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

const TYPED =
  "no::INTEGER AS whole, x::DOUBLE AS x, price::DECIMAL(9, 3) AS price, flag::BOOLEAN AS flag, day::DATE AS day, seen::TIMESTAMP AS seen, name::VARCHAR AS name, y::DOUBLE AS y, label::DOUBLE AS label";

const typedRow = (place: number): Row => ({
  no: `${place}`,
  x: `${place / 4}`,
  price: "2.50",
  flag: place % 2 === 0 ? "true" : "false",
  day: "2024-02-03",
  seen: "2024-02-03 10:00:00",
  name: `name ${place}`,
  y: "1",
  label: `${place % 2}`,
});

const typedRows = rowsOf(24, typedRow);
const typed = parquetOf(typedRows, { select: TYPED });

const OF_30 = "in 1 of 30 rows (3.3 %): a.parquet";

const ofParquet: DataScenario = {
  name: "every rule on columns with types of their own",
  config: `min-rows = 24
label = "label"
required = ["whole", "x", "flag", "name"]
unique = ["whole", ["day", "name"]]
max-nulls = { day = 0 }

[tool.ml-pipeline.data.types]
whole = "number"
x = "number"
price = "number"
flag = "boolean"
day = "date"
seen = "timestamp"
name = "text"
y = "integer"

[tool.ml-pipeline.data.values]
flag = [true, false]
label = [0, 1]

[tool.ml-pipeline.data.ranges]
x = [0, 10]
price = [0, 10]

[tool.ml-pipeline.data.rules]
order = "whole / 4 = x"
once = "day < DATE '2025-01-01' AND seen < TIMESTAMP '2025-01-01'"

[tool.ml-pipeline.data.text.name]
min-length = 5
max-length = 8
min-median-length = 6

[tool.ml-pipeline.data.leakage]
train = ["a.parquet"]
evaluation = ["b.parquet"]
columns = ["whole", "day", "name"]
max-share = 0.1
`,
  sound: {
    "a.parquet": typed,
    "b.parquet": parquetOf(
      rowsOf(6, (at) => typedRow(at + 24)),
      { select: TYPED },
    ),
  },
  flawed: {
    "a.parquet": parquetOf(
      withFlaws(typedRows, {
        2: { no: "" },
        3: { x: "nan" },
        4: { x: "11" },
        5: { flag: "" },
        6: { name: "" },
        7: { day: "" },
        8: { name: "four" },
        9: { name: "nine more" },
        10: { y: "0.5" },
        11: { y: "inf" },
        12: { seen: "2025-06-01 00:00:00" },
        13: { no: "9" },
        14: { name: "name 13", no: "13" },
        15: { name: "name 13", no: "13" },
        16: { label: "2" },
        17: { price: "10.001" },
      }),
      { select: TYPED },
    ),
    "b.parquet": parquetOf(
      rowsOf(6, (at) => typedRow(at < 2 ? at + 20 : at + 24)),
      { select: TYPED },
    ),
  },
  says: [
    `"whole" is empty ${OF_30} row 1 (empty) (data.required)`,
    `"x" is NaN or infinite ${OF_30} row 2 ("nan") (data.required)`,
    `"flag" is empty ${OF_30} row 4 (empty) (data.required)`,
    `"name" is empty ${OF_30} row 5 (empty) (data.required)`,
    `"y" is NaN or infinite ${OF_30} row 10 ("inf") (data.finite)`,
    '"y" is not an integer in 2 of 30 rows (6.7 %): a.parquet row 9 ("0.5"), row 10 ("inf") (data.types.y)',
    `"label" is none of 0, 1 ${OF_30} row 15 ("2.0") (data.values.label)`,
    '"x" is outside 0 to 10 in 2 of 30 rows (6.7 %): a.parquet row 2 ("nan"), row 3 ("11.0") (data.ranges.x)',
    `"price" is outside 0 to 10 ${OF_30} row 16 ("10.001") (data.ranges.price)`,
    `"day" is empty ${OF_30} row 6 (empty) (data.max-nulls.day)`,
    `"whole" repeats an earlier row's in 4 of 30 rows (13 %): a.parquet row 12 ("9"), row 14 ("13"), b.parquet row 1 ("20"), … (data.unique)`,
    `"day" and "name" repeat an earlier row's in 3 of 30 rows (10 %): a.parquet row 14 ("2024-02-03", "name 13"), b.parquet row 1 ("2024-02-03", "name 20"), row 2 ("2024-02-03", "name 21") (data.unique)`,
    'order (whole / 4 = x) is broken in 4 of 30 rows (13 %): a.parquet row 2 ("1", "nan"), row 3 ("2", "11.0"), row 12 ("9", "2.75"), … (data.rules.order)',
    `once (day < DATE '2025-01-01' AND seen < TIMESTAMP '2025-01-01') is broken ${OF_30} row 11 ("2024-02-03", "2025-06-01 00:00:00") (data.rules.once)`,
    `"name" is shorter than 5 letters ${OF_30} row 7 ("four") (data.text.name.min-length)`,
    `"name" is longer than 8 letters ${OF_30} row 8 ("nine more") (data.text.name.max-length)`,
    'class ratio 0.0667 (at least 0.1): 1 row of "2.0", 15 of "1.0"; evaluation.task = "regression" takes the whole numbers of "label" for quantities (data.min-class-ratio)',
    "2 of 30 rows (6.7 %) are the same as an earlier one, at most 1 % may be (a guess of the pipeline, and max-duplicates = 0.067 allows it): b.parquet row 1, row 2 (data.max-duplicates)",
    "2 of 6 rows (33 %) of the evaluation data are in the training data, at most 10 % may be: b.parquet row 1, row 2 (data.leakage)",
  ],
};

const ODD_NAMES = ['it\'s "odd"', "$(touch x)", "ü 100 %", " spaced ", "a,b;c", "toString", "rows", "file"];

/** The name that objects have something else under. */
const PROTO = "__proto__";

const oddRow = (value: string, ofProto = value): Row =>
  Object.fromEntries([...ODD_NAMES.map((name) => [name, value]), [PROTO, ofProto]]);

const oddRows = rowsOf(12, (place) => oddRow(`${place}`));

const quotedNames = ODD_NAMES.map((name) => JSON.stringify(name));

const OF_12 = "in 1 of 12 rows (8.3 %): rows.csv";

const oddNames: DataScenario = {
  name: "columns with odd names",
  config: `min-rows = 12
required = [${quotedNames.join(", ")}, "${PROTO}"]
unique = [${quotedNames.join(", ")}, "${PROTO}"]

[tool.ml-pipeline.data.types]
${quotedNames.map((name) => `${name} = "integer"\n`).join("")}
[tool.ml-pipeline.data.ranges]
${quotedNames.map((name) => `${name} = [0, 11]\n`).join("")}
[tool.ml-pipeline.data.rules]
odd = '''"it's ""odd""" < 12 AND "$(touch x)" >= 0'''
`,
  sound: { "rows.csv": csvOf(oddRows) },
  flawed: { "rows.csv": csvOf(oddRows.with(6, oddRow("12.5")).with(8, oddRow("8", ""))) },
  says: [
    `"${PROTO}" is empty ${OF_12} line 10 (empty) (data.required)`,
    ...ODD_NAMES.map((name) => `"${name}" is not an integer ${OF_12} line 8 ("12.5") (data.types.${name})`),
    ...ODD_NAMES.map((name) => `"${name}" is outside 0 to 11 ${OF_12} line 8 ("12.5") (data.ranges.${name})`),
    `odd ("it's ""odd""" < 12 AND "$(touch x)" >= 0) is broken ${OF_12} line 8 ("12.5", "12.5") (data.rules.odd)`,
  ],
};

export const RULES_BROKEN: readonly DataScenario[] = [
  everyRule,
  ofParquet,
  rowsAsAWhole,
  repeatedFarBehind,
  columnsThatAreNotThere,
  oddNames,
];
