import { argumentsOf, type CommandName, type CommandSetting, type CommandsSettings, withValues } from "./settings.ts";

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
export const CONVENTION: Readonly<Record<CommandName, { readonly module: string; readonly args: readonly string[] }>> = {
  train: { module: "src.train", args: ["--data", "{data}", "--output", "{model}", "--epochs", "{epochs}"] },
  evaluate: { module: "src.evaluate", args: ["--model", "{model}", "--data", "{data}", "--output", "{output}"] },
  serve: { module: "src.serve", args: [] },
  "validate-data": { module: "src.validate_data", args: [] },
};

const SCRIPTS = Object.keys(CONVENTION) as CommandName[];

/** What a project runs for each purpose: what its configuration says, or else the module of the convention where it has it. */
export function entryPoints(modules: ReadonlySet<string>, commands: CommandsSettings): EntryPoints {
  const found = SCRIPTS.flatMap((name) => {
    const own = commands[name];
    const { module, args } = CONVENTION[name];
    if (own !== undefined) return [[name, configured(`commands.${name}`, own, args)] as const];
    return modules.has(module) ? [[name, { title: module, args: ofModule(module, args), env: {} }] as const] : [];
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
