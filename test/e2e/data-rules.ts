import { csvOf, type Files, type Row, rowsOf, withFlaws } from "./data-files.ts";

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

/** All scenarios. */
export const DATA_SCENARIOS: readonly DataScenario[] = [everyRule];
