import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { type CaseFile, type Damage, type DataCase, damaged, type ParquetRows } from "./data-rules.ts";

/* Random tables, the files that they are in, and rules on them. */

type Row = Readonly<Record<string, string | null>>;

/** The values of a random column, and whether rules on numbers apply to it. */
const KINDS = {
  numbers: ["0", "1", "2", "3", "-1", "0.5", "3.0", "1e5", "12", "2.5"],
  oddNumbers: [
    "1",
    " 12 ",
    "1e5",
    "1_000",
    "nan",
    "NaN",
    "inf",
    "-Infinity",
    ".5",
    "5.",
    "+2",
    "\t1",
    "1e400",
    "-0",
    "0",
    "NA",
    " ? ",
  ],
  nearlyNumbers: ["1", "2", "nan", "0x1F", "1,5", "inf", "12 ", "1d", "١٢", "1e", "--1"],
  words: [
    "a",
    "b",
    "A.",
    "a ",
    "  ",
    "\t",
    "ü",
    "日本",
    "it's",
    'say "hi"',
    "x,y",
    "p;q",
    "t\tt",
    "q|r",
    "NULL",
    "None",
    "\\N",
  ],
  texts: [
    "two\nlines",
    "two\r\nlines",
    "lone\rreturn",
    "$(rm -rf .)",
    "\\",
    "🙂🙂",
    "#c",
    "=1+1",
    '"',
    '""',
    "'",
    "x".repeat(150),
    "nan",
  ],
  oddSpaces: ["a\u2028b", "a\u0085b", "a\fb", "a\vb", "\u00a0", "\u200b", "\ufeff", "a\u001cb", "ab"],
  booleans: ["true", "false", "True", "yes", "NO", "0", "1", " t ", "maybe"],
  dates: [
    "2024-01-02",
    "2024-02-29",
    "2023-02-29",
    "2024-1-2",
    "2024-01-02 10:00:00",
    "2024-01-02T10:00:00Z",
    "inf",
    "epoch",
    " 2024-01-02 ",
  ],
} as const;
type Kind = keyof typeof KINDS;

const PARQUET: Readonly<Record<string, readonly string[]>> = {
  BIGINT: ["0", "1", "2", "3", "-7", "9007199254740993", "9007199254740992"],
  DOUBLE: ["0.0", "1.0", "2.5", "nan", "inf", "-inf", "3.0", "-0.5"],
  BOOLEAN: ["true", "false"],
  DATE: ["2024-01-02", "2024-02-29"],
  VARCHAR: [...KINDS.words, "1", "2.0"],
};

const NAMES = [
  ...[
    "a",
    "b",
    "id",
    "label",
    "row",
    "rows",
    "files",
    "sample",
    "h",
    "v",
    "t",
    "n",
    "hash",
    "file",
    "filename",
    "value",
  ],
  ...[
    "with space",
    " edges ",
    "it's",
    'the "name"',
    "x,y",
    "p;q",
    "t\tt",
    "q|r",
    "two\nlines",
    "größe",
    "日本",
    "$(id)",
    "%41",
  ],
  ...[
    "a.b",
    "a[0]",
    "*",
    "?",
    "json",
    "select",
    "column0",
    "1",
    "check 0 broken",
    "\\1",
    "🙂",
    "a\u2028b",
    "#",
    "null",
  ],
];
const FILE_NAMES = [
  "data",
  "it's",
  "two words",
  "$(touch x)",
  "a[1]",
  "what?",
  "st*r",
  'qu"ote',
  "ü",
  "日本",
  "~home",
  "-dash",
  "back\\slash",
  "100%",
  "%41",
  "a;b",
  "#1",
];
const FOLDERS = [
  "",
  "",
  "",
  "train/",
  "year=2024/month=03/",
  "year=2025/month=__HIVE_DEFAULT_PARTITION__/",
  "k=a%20b/",
  "k=100%/",
  "x[1]/k=/",
];
const DELIMITERS = [",", ";", "\t", "|"];

interface ColumnPlan {
  readonly name: string;
  readonly kind: Kind;
  readonly type: string;
  readonly nulls: number;
}

const columnPlan = (name: string): fc.Arbitrary<ColumnPlan> =>
  fc.record({
    name: fc.constant(name),
    kind: fc.constantFrom(...(Object.keys(KINDS) as Kind[])),
    type: fc.constantFrom(...Object.keys(PARQUET)),
    nulls: fc.constantFrom(0, 0, 1, 3),
  });

const rowsOf = (
  columns: readonly ColumnPlan[],
  valuesOf: (column: ColumnPlan) => readonly string[],
): fc.Arbitrary<Row[]> => {
  const cells = columns.map((column) => {
    const value = fc.constantFrom(...valuesOf(column));
    return column.nulls === 0 ? value : fc.option(value, { freq: 6 - column.nulls });
  });
  const row = fc
    .tuple(...cells)
    .map((values) => Object.fromEntries(columns.map(({ name }, at) => [name, values[at] ?? null])));
  return fc.array(row, { minLength: 0, maxLength: 14 });
};

/** The first file has all columns. */
const shuffledSubset = (columns: readonly ColumnPlan[], place: number) =>
  fc
    .shuffledSubarray([...columns], { minLength: place === 0 ? columns.length : 1 })
    .chain((some) => fc.constantFrom(some, [...columns]));

interface CsvFormat {
  readonly delimiter: string;
  readonly ending: string;
  readonly encoding: "utf-8" | "utf-8 bom" | "utf-16";
  readonly quotes: "all" | "needed";
  readonly endsWithLine: boolean;
  readonly blankLines: boolean;
  readonly gzip: boolean;
}

/** The settings for all files of a case. */
interface Asked {
  readonly encoding?: "utf-16" | "latin-1";
  readonly delimiter?: string;
}

const csvFormat: fc.Arbitrary<CsvFormat> = fc.record({
  delimiter: fc.constantFrom(...DELIMITERS),
  ending: fc.constantFrom("\n", "\n", "\r\n", "\r"),
  encoding: fc.constantFrom("utf-8", "utf-8", "utf-8", "utf-8 bom", "utf-16"),
  quotes: fc.constantFrom("all", "needed"),
  endsWithLine: fc.boolean(),
  blankLines: fc.constantFrom(false, false, true),
  gzip: fc.constantFrom(false, false, false, true),
});

/** Quotes a cell with any possible separator, since the separator of a file is guessed when it is not configured. */
const quoted = (cell: string, all: boolean): string =>
  all || /[",;\t|\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

export function csvText(columns: readonly string[], rows: readonly Row[], format: CsvFormat): string {
  const { delimiter, ending, quotes, endsWithLine, blankLines } = format;
  const line = (cells: readonly string[]) => cells.map((cell) => quoted(cell, quotes === "all")).join(delimiter);
  // A blank line is no row, so a row of nothing is written as pandas does.
  const rowOf = (row: Row): string => line(columns.map((name) => row[name] ?? "")) || '""';
  const lines = [line(columns), ...rows.map(rowOf)];
  const spaced = blankLines ? lines.flatMap((one, at) => (at % 3 === 1 ? [one, "", ""] : [one])) : lines;
  return spaced.join(ending) + (endsWithLine ? ending : "");
}

function encoded(text: string, encoding: string): Buffer {
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "utf-8 bom") return Buffer.from(`\ufeff${text}`);
  if (encoding === "latin-1") return Buffer.from(text, "latin1");
  return Buffer.from(`\ufeff${text}`, "utf16le");
}

type Stem = { readonly folder: string; readonly name: string };
const stem: fc.Arbitrary<Stem> = fc.record({
  folder: fc.constantFrom(...FOLDERS),
  name: fc.constantFrom(...FILE_NAMES),
});
/** DuckDB has no pattern for a path with both a backslash and what stands for other letters. */
const pathOf = ({ folder, name }: Stem, place: number, suffix: string): string =>
  `${folder}${folder.includes("[") ? name.replace("\\", "") : name}${place}.${suffix}`;

const latin = (text: string): string =>
  [...text].filter((letter) => letter <= "\x7f" || (letter >= "\xa0" && letter <= "ÿ")).join("");

const plane = (text: string): string => [...text].filter((letter) => letter.length === 1).join("");

const csvFile = (columns: readonly ColumnPlan[], place: number, asked: Asked): fc.Arbitrary<CaseFile> =>
  fc.tuple(shuffledSubset(columns, place), csvFormat, stem).chain(([some, format, named]) =>
    rowsOf(some, ({ kind }) => KINDS[kind]).map((rows) => {
      const delimiter = asked.delimiter ?? format.delimiter;
      const text = csvText(
        some.map(({ name }) => name),
        rows,
        { ...format, delimiter },
      );
      // What cannot be read so is a case of its own.
      const mayBeMarked = !some.some(({ name }) => name.includes("\n")) && plane(text) === text;
      const encoding = asked.encoding ?? (mayBeMarked ? format.encoding : "utf-8");
      const readable = { none: text, "latin-1": latin(text), "utf-16": plane(text) }[asked.encoding ?? "none"];
      const bytes = encoded(readable, encoding);
      return {
        path: pathOf(named, place, format.gzip ? "csv.gz" : "csv"),
        checked: true,
        encoding: asked.encoding ?? null,
        delimiter,
        content: format.gzip ? gzipSync(bytes) : bytes,
      };
    }),
  );

const jsonValue = (text: string | null, kind: Kind, nested: boolean): unknown => {
  if (text === null) return null;
  if (kind === "numbers" && /^-?\d+(\.\d+)?$/.test(text) && !text.endsWith(".0")) return Number(text);
  if (text === "true" || text === "false") return text === "true";
  return nested && kind === "texts" ? { of: [text, 1, null] } : text;
};

const jsonFile = (columns: readonly ColumnPlan[], place: number): fc.Arbitrary<CaseFile> =>
  fc
    .tuple(
      shuffledSubset(columns, place),
      stem,
      fc.record({
        gzip: fc.boolean(),
        nested: fc.boolean(),
        dropped: fc.boolean(),
        crlf: fc.boolean(),
        blank: fc.boolean(),
      }),
    )
    .chain(([some, named, format]) =>
      rowsOf(some, ({ kind }) => KINDS[kind]).map((rows) => {
        const lines = (rows.length === 0 ? [Object.fromEntries(some.map(({ name }) => [name, "1"]))] : rows).map(
          (row, at) => {
            const values = some.map(
              ({ name, kind }) => [name, jsonValue(row[name] ?? null, kind, format.nested)] as const,
            );
            const kept =
              format.dropped && place > 0
                ? values.filter(([, value], index) => index === at % some.length || value !== null)
                : values;
            return JSON.stringify(Object.fromEntries(kept));
          },
        );
        const spaced = format.blank ? lines.flatMap((line, at) => (at % 4 === 2 ? ["", line] : [line])) : lines;
        const bytes = Buffer.from(spaced.join(format.crlf ? "\r\n" : "\n"));
        return {
          path: pathOf(named, place, format.gzip ? "jsonl.gz" : "ndjson"),
          checked: true,
          encoding: null,
          delimiter: ",",
          content: format.gzip ? gzipSync(bytes) : bytes,
        };
      }),
    );

const parquetFile = (columns: readonly ColumnPlan[], place: number): fc.Arbitrary<CaseFile> =>
  fc.tuple(shuffledSubset(columns, place), stem).chain(([some, named]) =>
    rowsOf(some, ({ type }) => PARQUET[type] ?? []).map((rows) => {
      const content: ParquetRows = { columns: some.map(({ name, type }) => [name, type] as const), rows };
      return { path: pathOf(named, place, "parquet"), checked: true, encoding: null, delimiter: ",", content };
    }),
  );

type Makers = readonly ((columns: readonly ColumnPlan[], place: number) => fc.Arbitrary<CaseFile>)[];

const filesOf = (columns: readonly ColumnPlan[], asked: Asked): fc.Arbitrary<CaseFile[]> => {
  const csv = (plans: readonly ColumnPlan[], place: number) => csvFile(plans, place, asked);
  // Bits of Latin-1 stand for the same in no other format.
  const makers: Makers = asked.encoding === "latin-1" ? [csv] : [csv, csv, csv, jsonFile, parquetFile];
  return fc
    .array(fc.constantFrom(...makers), { minLength: 1, maxLength: 4 })
    .chain((some) => fc.tuple(...some.map((make, place) => make(columns, place))));
};

/** Rules are about columns that are there, and now and then about one that is not. */
function rulesOn(columns: readonly ColumnPlan[], files: readonly CaseFile[]): fc.Arbitrary<Omit<DataCase, "files">> {
  const names = columns.map(({ name }) => name);
  const column = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constant("not there") },
  );
  const byColumn = <T>(value: fc.Arbitrary<T>) =>
    fc
      .uniqueArray(fc.tuple(column, value), { minLength: 1, maxLength: 3, selector: ([name]) => name })
      .map((pairs) => Object.fromEntries(pairs));
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
  const share = fc.constantFrom(0, 0.1, 0.25, 0.5, 1);
  const paths = files.map(({ path }) => path);
  const number = fc.constantFrom(-1, 0, 0.5, 1, 2, 3, 12, 1e5);
  const cell = fc.oneof(fc.constantFrom("a", "b", "it's", "x,y", "1", "two\nlines", ""), number, fc.boolean());
  const predicate = fc.oneof(
    column.map((name) => [`${identifier(name)} IS NOT NULL`, "present", name]),
    ...(numeric(columns).length === 0
      ? []
      : [fc.constantFrom(...numeric(columns)).map((name) => [`${identifier(name)} > 1`, "above one", name])]),
  );
  const usable = predicate.filter(([, , name]) => name !== "not there");
  return fc
    .record({
      data: fc.record({
        "min-rows": fc.constantFrom(0, 0, 3),
        label: maybe(column),
        required: maybe(fc.uniqueArray(column, { minLength: 1, maxLength: 3 })),
        finite: maybe(fc.boolean()),
        types: maybe(byColumn(fc.constantFrom("integer", "number", "text", "boolean", "date", "timestamp"))),
        values: maybe(byColumn(fc.array(cell, { minLength: 1, maxLength: 6 }))),
        ranges: maybe(byColumn(fc.tuple(number, number).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]))),
        "max-nulls": maybe(byColumn(share)),
        unique: maybe(
          fc.uniqueArray(
            fc.oneof(
              column.map((one) => [one]),
              fc.uniqueArray(column, { minLength: 2, maxLength: 2 }),
            ),
            { minLength: 1, maxLength: 2, selector: (one) => one.join() },
          ),
        ),
        references: maybe(byColumn(fc.record({ file: fc.constantFrom(...paths), column }))),
        rules: maybe(fc.array(usable, { minLength: 1, maxLength: 2 })),
        text: maybe(
          byColumn(
            fc.record({
              "min-length": fc.constantFrom(0, 2),
              "max-length": fc.constantFrom(3, 100),
              "min-median-length": fc.constantFrom(0, 2, 5),
            }),
          ),
        ),
        "min-class-ratio": maybe(share),
        "max-duplicates": maybe(share),
        leakage: maybe(
          fc.record({
            columns: maybe(fc.uniqueArray(column, { minLength: 1, maxLength: 2 })),
            "max-share": maybe(share),
          }),
        ),
      }),
      half: fc.nat({ max: paths.length }),
      task: fc.constantFrom("classification", "classification", "regression"),
    })
    .map(({ data, half, task }) => {
      const { unique, rules, leakage, ...rest } = data;
      // A date is not compared with a number, and what is declared to be another thing than it is counts as absent.
      const ofNumbers = (name: string) => ["integer", "number"].includes(data.types?.[name] ?? "number");
      const kept = rules?.filter(([, predicate, name]) =>
        predicate === "present" ? (data.types?.[name ?? ""] ?? "text") === "text" : ofNumbers(name ?? ""),
      );
      const sides = { train: paths.slice(0, half), evaluation: paths.slice(half) };
      const table = {
        ...rest,
        unique: unique?.map((one) => (one.length === 1 ? one[0] : one)),
        rules:
          kept &&
          Object.fromEntries(
            kept.map(([sql, ...predicate], at) => [`rule ${at}`, `${sql} -- ${JSON.stringify(predicate)}`]),
          ),
        leakage: leakage && { ...defined(leakage), train: ["train/**"], evaluation: ["evaluation/**"] },
      };
      const matches = {
        ...Object.fromEntries(paths.map((path) => [path, [path]])),
        "train/**": sides.train,
        "evaluation/**": sides.evaluation,
      };
      return { matches, data: defined(table), task: task as DataCase["task"] };
    });
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const numeric = (columns: readonly ColumnPlan[]): string[] =>
  columns
    .filter(({ kind, type }) => kind === "numbers" && (type === "BIGINT" || type === "DOUBLE"))
    .map(({ name }) => name);
const defined = (table: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));

const asked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constantFrom(...DELIMITERS).map((delimiter) => ({ delimiter })) },
  { weight: 1, arbitrary: fc.constant({ encoding: "latin-1" as const }) },
  { weight: 1, arbitrary: fc.constant({ encoding: "utf-16" as const }) },
);

const columnPlans = (names: readonly string[], most: number): fc.Arbitrary<ColumnPlan[]> =>
  fc
    .uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: most })
    .chain((some) => fc.tuple(...some.map(columnPlan)));

export const dataCase: fc.Arbitrary<DataCase> = asked.chain((all) => {
  const names = {
    none: NAMES,
    "latin-1": NAMES.filter((name) => latin(name) === name),
    "utf-16": NAMES.filter((name) => plane(name) === name && !name.includes("\n")),
  }[all.encoding ?? "none"];
  return columnPlans(names, 5).chain((columns) =>
    filesOf(columns, all).chain((files) =>
      rulesOn(columns, files).map((rest) => ({ ...rest, files, data: { ...rest.data, ...all } })),
    ),
  );
});

const BROKEN_BYTES = ['"', ",", "\n", "\r", '""', "\n\n", "\0", "\xff", "{", "}", "1,2,3\n", '\n"', '",'];

const damageOf = (length: number): fc.Arbitrary<(bytes: Buffer) => Buffer> =>
  fc.oneof(
    fc.nat({ max: length }).map((end) => (bytes: Buffer) => bytes.subarray(0, end)),
    fc.tuple(fc.nat({ max: length }), fc.integer({ min: 1, max: 255 })).map(
      ([place, mask]) =>
        (bytes: Buffer) =>
          damaged(bytes, { flips: [[place / (length + 1), mask]] }),
    ),
    fc.tuple(fc.nat({ max: length }), fc.constantFrom(...BROKEN_BYTES)).map(
      ([place, more]) =>
        (bytes: Buffer) =>
          Buffer.concat([bytes.subarray(0, place), Buffer.from(more, "latin1"), bytes.subarray(place)]),
    ),
    fc.uint8Array({ maxLength: 60 }).map((random) => () => Buffer.from(random)),
  );

/** A Parquet file is damaged after it has been written. */
const parquetDamage: fc.Arbitrary<Damage> = fc.oneof(
  fc.double({ min: 0, max: 0.999, noNaN: true }).map((cut) => ({ cut })),
  fc
    .tuple(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 255 }))
    .map((flip) => ({ flips: [flip] })),
);

/** A file, and something done to its bytes. */
export const damagedCase: fc.Arbitrary<DataCase> = columnPlans(["a", "b", "it's", "größe"], 3).chain((columns) =>
  fc
    .oneof(
      { weight: 4, arbitrary: csvFile(columns, 0, { delimiter: "," }) },
      { weight: 2, arbitrary: jsonFile(columns, 0) },
      { weight: 1, arbitrary: parquetFile(columns, 0) },
    )
    .chain((file): fc.Arbitrary<CaseFile> => {
      const { content } = file;
      if (!Buffer.isBuffer(content)) return parquetDamage.map((damage) => ({ ...file, damage }));
      return damageOf(content.length).map((change) => ({ ...file, content: change(content) }));
    })
    .map((file) => ({
      files: [file],
      matches: { [file.path]: [file.path] },
      data: {
        "min-rows": 0,
        delimiter: ",",
        required: [columns[0]?.name ?? ""],
        "max-nulls": Object.fromEntries(columns.slice(1).map(({ name }) => [name, 0])),
        types: Object.fromEntries(columns.slice(1).map(({ name }) => [name, "integer"])),
      },
      task: "regression" as const,
    })),
);
