import { type Argument, type Findings, findingsSchema, type Script, type Server } from "../../../src/adopt/findings.ts";

/** A route of a server that says nothing of what it is sent. */
export const plainRoute = { body: [], answer: [], types: {}, several: false, query: [], files: [], form: false };

/** A program that does nothing but what a test says. */
export const script = (path: string, more: Partial<Script> = {}): Script => ({
  ...{
    path,
    runs: true,
    relative_imports: false,
    doubts: false,
    by: "",
    commands: [],
    functions: [],
    networks: [],
    does: [],
  },
  ...{
    saves: [],
    loads: [],
    bundled: [],
    tupled: [],
    reads: [],
    folders: [],
    read_patterns: [],
    read_with: {},
    used_as: {},
    estimators: [],
    labels: [],
    inputs: [],
    codes: {},
    encoded: [],
    dropped: [],
    columns: [],
  },
  ...{
    written_columns: [],
    written_tables: [],
    score_patterns: [],
    writes: [],
    splits: [],
    environment: [],
    tracking: [],
    server: null,
    thresholds: [],
    reaches: [],
    roots: [],
    packages: [],
  },
  ...more,
});

/** A server that answers nothing. */
export const server = (more: Partial<Server> = {}): Server => ({
  ...{ by: "fastapi", app: "app", port: "", port_variable: "", starts: false, before: [], open: false, routes: [] },
  ...more,
});

/** A program that reads arguments: `--data`, `--out=results` with a default, `--config!` that must be given, `input` at a place. */
export const withArguments = (path: string, names: readonly string[], more: Partial<Script> = {}): Script =>
  script(path, { by: "argparse", commands: [{ word: "", arguments: names.map(argument), function: "" }], ...more });

export function argument(text: string): Argument {
  const [, name = "", required, value] = /^([^=!]+)(!)?(?:=(.*))?$/.exec(text) ?? [];
  const kind = name.startsWith("-") ? "option" : "place";
  return {
    name,
    kind,
    default: value ?? null,
    required: required === "!" || kind === "place",
    choices: false,
    several: false,
  };
}

export interface Made {
  readonly scripts?: readonly Script[];
  readonly files?: readonly string[];
  readonly tables?: Readonly<Record<string, readonly string[]>>;
  readonly commands?: readonly (Pick<Findings["commands"][number], "path" | "line" | "text"> &
    Partial<Findings["commands"][number]>)[];
  readonly texts?: Findings["texts"];
  readonly settings?: Findings["settings"];
  readonly ignored?: readonly string[];
}

/** What would be found in a project of these. */
export const findings = ({
  scripts = [],
  files = [],
  tables = {},
  commands = [],
  texts = {},
  settings = {},
  ignored = [],
}: Made): Findings =>
  findingsSchema.parse({
    files: [...files, ...scripts.map(({ path }) => path)],
    unreadable: [],
    ...{ scripts, commands, texts, settings, ignored },
    data:
      Object.keys(tables).length === 0
        ? []
        : [
            {
              folder: "data",
              tables: Object.entries(tables).map(([path, columns]) => ({
                path,
                columns,
                bytes: 10,
                rows: null,
                repeats: {},
                classes: {},
              })),
              endings: { ".csv": Object.keys(tables).length },
            },
          ],
  });
