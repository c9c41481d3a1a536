import { csvOf, parquetOf, rowsOf } from "./files.ts";
import { longRows, twelveRows, utf16 } from "./forms.ts";
import type { DataScenario } from "./scenario.ts";

/* What cannot be read, and rules that cannot be held against it. */

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

const few = twelveRows();
const FEW = "min-rows = 12\nmax-duplicates = 1\n";
const twelve = csvOf(longRows());

const looksLike = (encoding: string): string =>
  `Save it as UTF-8, or say what it looks like: data.encoding = "${encoding}"`;
const SAVE_IT = 'Save it as UTF-8, or say what it is with data.encoding ("latin-1", "windows-1252", "utf-16")';

const unreadable: DataScenario = {
  name: "files that are no tables",
  config: FEW,
  sound: { "rows.csv": twelve },
  flawed: {
    "bytes.csv": Buffer.from([0x89, 0x50, 0x0a, 0xff, 0x00, 0x01, 0x2c, 0x0a]),
    "bytes.jsonl": Buffer.from([0x89, 0x50, 0x0a, 0xff, 0x00, 0x01, 0x2c, 0x0a]),
    "bytes.parquet": Buffer.from([0x89, 0x50, 0x0a, 0xff, 0x00, 0x01, 0x2c, 0x0a]),
    "cut.parquet": parquetOf(few, { bytes: 700 }),
    "empty.csv": "",
    "empty.jsonl": "",
    "empty.parquet": "",
    "header.csv": "n,note\n",
    "latin-1.csv": latin1("n,note\n1,ok\n2,für\n"),
    "lists.jsonl": "[1]\n[2]\n",
    "malformed.jsonl": '{"n": 1}\n{"n": 2}\n{"n": 3\n{"n": 4}\n',
    "packed.csv.gz": "n,note\n1,one\n",
    "packed.csv.zst": "n,note\n1,one\n",
    "packed.jsonl.gz": '{"n": 1}\n',
    "twice.csv": "n,note,N\n1,one,2\n",
    "utf-32.csv": Buffer.from([0xff, 0xfe, 0x00, 0x00, 0x6e, 0x00, 0x00, 0x00]),
  },
  says: [
    `bytes.csv is not UTF-8: byte 0x89 in line 1. ${looksLike("windows-1252")}`,
    "bytes.jsonl is not UTF-8 in line 1: save it as UTF-8",
    "bytes.parquet is something else and no Parquet, which its name says: let its name end in what it is",
    "cut.parquet is not complete: a Parquet file ends in PAR1. Was it cut off, or is it being written?",
    "empty.csv is empty: it has not even a header",
    "empty.jsonl is empty",
    "empty.parquet is empty",
    `latin-1.csv is not UTF-8: byte 0xfc in line 3. ${looksLike("latin-1")}`,
    'lists.jsonl has lines that are no objects: each must be {"column": value, …}',
    "malformed.jsonl is not JSON in line 3, which ends within a value: each line must be a whole object",
    "packed.csv.gz is not a gzip file, or a damaged one: Not a gzipped file (b'n,')",
    "packed.csv.zst is not a zstd file, or a damaged one",
    `packed.jsonl.gz is not a gzip file, or a damaged one: Not a gzipped file (b'{"')`,
    'twice.csv has a column "N" more than once (and "n"): names must differ in more than case',
    "utf-32.csv is UTF-32, which cannot be read: save it as UTF-8",
    "header.csv: no rows",
    "the data has tables of 2 kinds, which are checked as one (header.csv; rows.csv): data.tables gives each its own rules, or data.files says which are checked",
  ],
};

/** A file that turns out to be damaged when it is read as a whole. */
const damage = (name: string, text: string | Buffer, message: string, config = ""): DataScenario => ({
  name,
  config: `${FEW}${config}`,
  sound: { "rows.csv": twelve },
  flawed: { "rows.csv": text },
  says: [message],
});

const QUOTE = "a quotation mark is not closed, or text follows a closing one";

const farLatin1 = csvOf(
  rowsOf(40_000, (at) => ({ no: `${at}`, note: at === 39_990 ? "für" : `note ${at} `.repeat(4) })),
);

const damaged: readonly DataScenario[] = [
  damage(
    "a row of too few fields",
    twelve.replace("\n9,row 9,", "\n9,"),
    "rows.csv cannot be read in line 13: it has 18 fields, and the header has 19",
  ),
  damage(
    "a row of too many fields",
    twelve.replace("\n9,row 9,", "\n\n9,row 9,more,"),
    "rows.csv cannot be read in line 14: it has 20 fields, and the header has 19",
  ),
  damage("an open quotation mark", twelve.replace("row 9", '"row 9'), `rows.csv cannot be read in line 13: ${QUOTE}`),
  damage("text behind a quotation", twelve.replace("row 9", '"row" 9'), `rows.csv cannot be read in line 13: ${QUOTE}`),
  damage(
    "latin-1 far behind",
    latin1(farLatin1),
    `rows.csv cannot be read in line 39992: it is not UTF-8. ${SAVE_IT.replace("Save it", "Save the file")}`,
  ),
  {
    name: "latin-1 that is named",
    config: `${FEW}encoding = "latin-1"\nvalues = { city = ["Köln"] }\n`,
    sound: { "rows.csv": latin1("city;no\n".concat("Köln;1\n".repeat(12))) },
    flawed: { "rows.csv": latin1("city;no\n".concat("Köln;1\n".repeat(11), "Düren;1\n")) },
    says: ['"city" is none of "Köln" in 1 of 12 rows (8.3 %): rows.csv line 13 ("Düren") (data.values.city)'],
  },
  {
    name: "another encoding than the configured one",
    config: `${FEW}encoding = "utf-16"\n`,
    sound: { "rows.csv": utf16(twelve) },
    flawed: { "odd.csv": "a,b,c\n", "even.csv": "a,b\n1,2\n" },
    says: [
      "even.csv is not UTF-16: it does not begin with a byte order mark. Save it as UTF-8",
      "odd.csv is not UTF-16: it does not begin with a byte order mark. Save it as UTF-8",
    ],
  },
];

const predicate = (name: string, sql: string, reason: string): DataScenario => ({
  name: `a predicate ${name}`,
  config: `${FEW}rules = { known = "a < 1" }\n`,
  sound: { "rows.csv": twelve },
  flawedConfig: `${FEW}rules = { known = "a < 1", odd = ${JSON.stringify(sql)} }\n`,
  flawed: {},
  says: [`data.rules.odd is no predicate over the columns: ${reason}`],
});

const predicates: readonly DataScenario[] = [
  predicate("that is no SQL", "a <= <= b", 'syntax error at or near "<="'),
  predicate("that names no column", "nothing > 0", 'there is no column "nothing"'),
  predicate("that is more than one", "a; DROP TABLE x", "it is more than one expression"),
  predicate(
    "that reads a file",
    "error((SELECT content FROM read_text('/etc/passwd')))",
    "it has a query of its own (SELECT or FROM), and a rule is about the columns of a row",
  ),
  predicate(
    "that looks around",
    "getenv('HOME') = ''",
    "getenv() tells of what is outside of the data, and a rule is about the columns of a row",
  ),
  predicate(
    "that compares text with a number",
    "note < a",
    "Binder Error: Cannot compare values of type VARCHAR and type DOUBLE - an explicit cast is required. Text is taken for what data.types says that it is, and a number with a decimal comma is text",
  ),
];

export const UNREADABLE: readonly DataScenario[] = [unreadable, ...damaged, ...predicates];
