import { argumentsOf } from "../../config/command-form.ts";
import {
  type CommandName,
  type CommandSetting,
  type CommandsSettings,
  placeholdersIn,
  withValues,
} from "./settings.ts";

/** A command of a project, before it is known what it is to be told. */
export interface EntryPoint {
  /** What messages call it: `src.train`, or `commands.train`. */
  readonly title: string;
  /** Its arguments, in which values have their names in braces. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the project that it runs in; the root when absent. */
  readonly folder?: string;
  /** The folder of the project that it writes to, whatever it is told. */
  readonly outputFolder?: string;
}

export type EntryPoints = Readonly<Partial<Record<CommandName, EntryPoint>>>;

/** The module of each command by convention, and its arguments. */
export const CONVENTION = {
  train: { module: "src.train", args: ["--data", "{data}", "--output", "{model}", "--epochs", "{epochs}"] },
  evaluate: { module: "src.evaluate", args: ["--model", "{model}", "--data", "{data}", "--output", "{output}"] },
  serve: { module: "src.serve", args: [] },
  "validate-data": { module: "src.validate_data", args: [] },
} as const satisfies Partial<Record<CommandName, { readonly module: string; readonly args: readonly string[] }>>;

/** What a project runs by convention, where its configuration says nothing. */
export type ScriptName = keyof typeof CONVENTION;

/** What brings the data of a window of time by convention: only a retraining runs it. */
const FETCH_WINDOW = {
  module: "src.data.fetch",
  args: ["--start-date", "{start-date}", "--end-date", "{end-date}", "--output", "{output}"],
} as const;

/** Where that module is. */
export const FETCH_WINDOW_FILE = "src/data/fetch.py";

/** What any module is told that is named for a purpose. */
const ARGUMENTS: Readonly<Record<CommandName, readonly string[]>> = {
  fetch: ["--data", "{data}"],
  prepare: ["--data", "{data}", "--output", "{output}"],
  "fetch-window": FETCH_WINDOW.args,
  train: CONVENTION.train.args,
  evaluate: CONVENTION.evaluate.args,
  serve: CONVENTION.serve.args,
  "validate-data": CONVENTION["validate-data"].args,
};

const COMMANDS = Object.keys(ARGUMENTS) as CommandName[];

const isScript = (name: CommandName): name is ScriptName => Object.hasOwn(CONVENTION, name);

/** What a project runs for each purpose: what its configuration says, or else the module of the convention where it has it. */
export function entryPoints(modules: ReadonlySet<string>, commands: CommandsSettings): EntryPoints {
  const found = COMMANDS.flatMap((name) => {
    const own = commands[name];
    const args = ARGUMENTS[name];
    if (own !== undefined) return [[name, configured(`commands.${name}`, own, args)] as const];
    // Nobody means a module of such a name by chance; one called src.fetch may be anything.
    const module = name === "fetch-window" ? FETCH_WINDOW.module : isScript(name) ? CONVENTION[name].module : undefined;
    return module !== undefined && modules.has(module)
      ? [[name, { title: module, args: ofModule(module, args), env: {} }] as const]
      : [];
  });
  return Object.fromEntries(found);
}

/** @param args what a module of the convention is told */
function configured(title: string, own: CommandSetting, args: readonly string[]): EntryPoint {
  const table = typeof own === "string" || Array.isArray(own) ? { command: own, env: {} } : own;
  const {
    command,
    module = "",
    env,
    folder,
    "output-folder": outputFolder,
  } = { module: undefined, folder: undefined, "output-folder": undefined, ...table };
  return {
    title,
    args: command === undefined ? ofModule(module, args) : argumentsOf(command),
    env,
    ...(folder === undefined ? {} : { folder }),
    ...(outputFolder === undefined ? {} : { outputFolder }),
  };
}

const ofModule = (module: string, args: readonly string[]): string[] => ["python3", "-m", module, ...args];

/** Whether a command is told a value, in its arguments or in its variables. */
export const asksFor = ({ args, env }: EntryPoint, name: string): boolean =>
  [...args, ...Object.values(env)].some((text) => placeholdersIn(text).includes(name));

/** The arguments and variables of a command, with what it is told in the places of the names. */
export function invocation(
  { args, env }: EntryPoint,
  values: Readonly<Record<string, string>>,
): { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  return {
    args: args.map((one) => withValues(one, values)),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, withValues(value, values)])),
  };
}
