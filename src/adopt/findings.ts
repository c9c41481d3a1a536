import { z } from "zod";

/* What `read_project.py` finds in a project, none of whose code is run. */

const argument = z.object({
  /** As it is typed: `--data`, `data.path` of hydra, or the name of a place. */
  name: z.string(),
  kind: z.enum(["option", "flag", "place", "override"]),
  default: z.string().nullable(),
  required: z.boolean(),
  /** Whether it may only be one of a few words. */
  choices: z.boolean(),
  /** Whether it takes several values, one after the other. */
  several: z.boolean(),
});
export type Argument = z.output<typeof argument>;

const command = z.object({
  /** The word before its arguments; empty for a program that is one command. */
  word: z.string(),
  arguments: z.array(argument),
  function: z.string(),
});
export type ScriptCommand = z.output<typeof command>;

const stored = z.object({ by: z.string(), path: z.string() });
export type Stored = z.output<typeof stored>;

const route = z.object({
  method: z.string(),
  path: z.string(),
  body: z.array(z.string()),
  answer: z.array(z.string()),
  /** The types of fields of the body, as the text has them. */
  types: z.record(z.string(), z.string()),
  /** Whether a list of such bodies is sent. */
  several: z.boolean(),
  /** The fields of a form that hold files, and whether a form is read at all. */
  files: z.array(z.string()).default([]),
  form: z.boolean().default(false),
  /** What is read of the query. */
  query: z.array(z.string()),
});
export type Route = z.output<typeof route>;

const server = z.object({
  by: z.string(),
  app: z.string(),
  port: z.string(),
  port_variable: z.string(),
  starts: z.boolean(),
  /** Functions of the program that it calls before it starts, which are not called where its application is imported. */
  before: z.array(z.string()),
  /** Whether it listens for other hosts. */
  open: z.boolean(),
  routes: z.array(route),
});
export type Server = z.output<typeof server>;

const threshold = z.object({ metric: z.string(), comparison: z.string(), value: z.number(), line: z.number() });

const script = z.object({
  path: z.string(),
  runs: z.boolean(),
  relative_imports: z.boolean(),
  /** Whether a comment in it says that training may have seen the rows which it evaluates on. */
  doubts: z.boolean(),
  by: z.string(),
  commands: z.array(command),
  functions: z.array(z.string()),
  /** Classes that are networks of PyTorch. */
  networks: z.array(z.string()),
  does: z.array(z.string()),
  saves: z.array(stored),
  loads: z.array(stored),
  /** Keys of the dictionary that it saves its model in. */
  bundled: z.array(z.string()),
  /** What is in the tuple that it saves its model in, in its order: classes, or variables. */
  tupled: z.array(z.string()),
  reads: z.array(z.string()),
  /** Folders whose files it reads, as images are. */
  folders: z.array(z.string()),
  /** Patterns of the tables that it reads together; `?/` where the folder is not known. */
  read_patterns: z.array(z.string()),
  /** Arguments that a table of a path is read with, in Python's spelling; `?` is one of no known path. */
  read_with: z.record(z.string(), z.string()),
  used_as: z.record(z.string(), z.string()),
  estimators: z.array(z.string()),
  labels: z.array(z.string()),
  /** Single columns that are the features, as texts are. */
  inputs: z.array(z.string()),
  /** Numbers that it writes for words, in its one mapping of a column. */
  codes: z.record(z.string(), z.number()),
  /** Columns, or variables, that a LabelEncoder makes numbers of. */
  encoded: z.array(z.string()),
  dropped: z.array(z.string()),
  columns: z.array(z.string()),
  written_columns: z.array(z.array(z.string())),
  /** Names of columns that it makes for each class: `p_{class}`, or `p_{index}` where they are counted. */
  score_patterns: z.array(z.string()),
  written_tables: z.array(z.string()),
  /** Paths of the files that it writes data to, as far as the text says them. */
  writes: z.array(z.string()),
  /** How it splits its rows; `?name` is a number that settings may have by that name, and `?` any other that is not known. */
  splits: z.array(z.object({ test_size: z.string(), random_state: z.string(), stratify: z.boolean() })),
  environment: z.array(z.string()),
  /** Where it keeps the runs of MLflow: `file:./mlruns`. */
  tracking: z.array(z.string()),
  server: server.nullable(),
  thresholds: z.array(threshold),
  /** Files of the project that it imports, and those that they import. */
  reaches: z.array(z.string()),
  /** Folders that must be on Python's path for that; "." is the project's root. */
  roots: z.array(z.string()),
  /** What it imports that is neither Python's nor the project's. */
  packages: z.array(z.string()),
});
export type Script = z.output<typeof script>;

const spoken = z.object({
  path: z.string(),
  line: z.number(),
  text: z.string(),
  /** The stage of DVC, or the target of make, that it belongs to; empty elsewhere. */
  stage: z.string().default(""),
  /** The stage's inputs and outputs. */
  deps: z.array(z.string()).default([]),
  outs: z.array(z.string()).default([]),
});

const table = z.object({
  path: z.string(),
  columns: z.array(z.string()).nullable(),
  bytes: z.number(),
  /** Null where not all of them were read. */
  rows: z.number().nullable(),
  /** Rows that are the same as an earlier one, by the table that has it first. */
  repeats: z.record(z.string(), z.number()),
  /** The different values of columns that have few. */
  classes: z.record(z.string(), z.array(z.string())),
  /** How its letters are written, where that is neither UTF-8 nor UTF-16; empty otherwise. */
  encoding: z.string().default(""),
  /** The decimal point and what stands between thousands, where numbers have others than the usual; empty otherwise. */
  decimal: z.string().default(""),
  thousands: z.string().default(""),
});
export type Table = z.output<typeof table>;

const dataFolder = z.object({
  /** Relative to the project; empty for the folder that was given as the data. */
  folder: z.string(),
  tables: z.array(table),
  endings: z.record(z.string(), z.number()),
  /** Files that are pointers of Git LFS, by their paths in the folder. */
  pointers: z.array(z.string()).default([]),
});
export type DataFolder = z.output<typeof dataFolder>;

const dvc = z.object({
  tracked: z.array(
    z.object({
      /** The .dvc file, or dvc.lock. */
      file: z.string(),
      path: z.string(),
      state: z.enum(["same", "missing", "different"]),
      /** Whether it is an input of a stage, or an output. */
      role: z.enum(["outs", "deps"]),
    }),
  ),
  /** Whether the configuration of DVC names a remote. */
  remote: z.boolean(),
});

export const findingsSchema = z.object({
  files: z.array(z.string()),
  unreadable: z.array(z.object({ path: z.string(), line: z.number(), problem: z.string() })),
  scripts: z.array(script),
  /** Commands that files of the project have, such as its README. */
  commands: z.array(spoken),
  texts: z.record(z.string(), z.string()),
  /** The values of files of settings that the project's own programs may read, by their dotted keys. */
  settings: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  data: z.array(dataFolder),
  /** Files of settings that begin with a mark of their encoding. */
  marks: z.array(z.object({ path: z.string(), encoding: z.string() })).default([]),
  /** Files outside of folders of data that are pointers of Git LFS. */
  pointers: z.array(z.string()).default([]),
  dvc: dvc.default({ tracked: [], remote: false }),
  /** Versions that a lock file has, of packages that are asked for here. */
  locked: z.record(z.string(), z.string()).default({}),
  /** What git ignores, with a folder in place of all that is in it; whoever knows the project adds it to what is read. */
  ignored: z.array(z.string()).default([]),
});
export type Findings = z.output<typeof findingsSchema>;

/** Whether a file is a table, by its name. */
export const isTable = (path: string): boolean => /\.(csv|tsv|jsonl|ndjson|parquet)$/i.test(path);

/** The folder of data that has tables; the first one when none has. */
export const dataOf = ({ data }: Findings): DataFolder | undefined =>
  data.find(({ tables }) => tables.length > 0) ?? data[0];
