import { z } from "zod";
import { argumentsOf, line, problemOfFolders, problemOfLine, variables } from "../../config/command-form.ts";
import { name } from "../../config/forms.ts";

/*
 * The commands of a project that has its own, `[tool.ml-pipeline.commands]`. What a command is to know stands in braces, such as
 * `{data}`; what it does not name it is not told.
 */

/** What a command can be told, by the name that stands in its braces. */
export const PLACEHOLDERS = {
  fetch: ["data"],
  prepare: ["data", "output"],
  "fetch-window": ["start-date", "end-date", "output"],
  train: ["data", "model", "epochs", "baseline"],
  evaluate: ["model", "data", "output", "baseline"],
  serve: ["model", "port"],
  "validate-data": ["data"],
} as const;

export type CommandName = keyof typeof PLACEHOLDERS;

const PLACEHOLDER = /\{\{[a-z-]+\}\}|\{([a-z-]+)\}/g;

/** The names in the braces of an argument. Doubled braces are a brace. */
export const placeholdersIn = (argument: string): string[] =>
  [...argument.matchAll(PLACEHOLDER)].flatMap(([, found]) => found ?? []);

/** An argument with the values of the names in its braces. */
export const withValues = (argument: string, values: Readonly<Record<string, string>>): string =>
  argument.replace(PLACEHOLDER, (whole, found: string | undefined) =>
    found === undefined ? whole.slice(1, -1) : (values[found] ?? whole),
  );

/** A command with what it needs around it. */
const table = z.strictObject({
  /** The command: a list of arguments, or one line. */
  command: line.optional(),
  /** A Python module that takes the arguments of the convention, in place of a command: "package.train". */
  module: z
    .string()
    .regex(/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/, 'expected a Python module such as "package.train"')
    .optional(),
  /** Environment variables of the command. Values may name what stands in braces. */
  env: variables,
  /** The folder of the project that it is run in; the project's root when absent. */
  folder: name.optional(),
  /** The folder of the project that it writes to, whatever it is told. */
  "output-folder": name.optional(),
});

/** One command of the project. */
const commandOf = (command: CommandName) =>
  z.union([name, z.array(z.string()).min(1), table]).superRefine((value, context) => {
    const given = typeof value === "string" || Array.isArray(value) ? { command: value } : value;
    const problem = problemOf(command, given);
    if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
  });

export type CommandSetting = z.output<ReturnType<typeof commandOf>>;

function problemOf(command: CommandName, given: Partial<z.output<typeof table>>): string | undefined {
  const { command: own, module, env = {}, folder, "output-folder": output } = given;
  if ((own === undefined) === (module === undefined)) return "expected one of command and module";
  const line = own ?? ["python"];
  const problem = problemOfLine(line) ?? problemOfFolders(folder, output);
  if (problem !== undefined) return problem;
  const known: readonly string[] = PLACEHOLDERS[command];
  const unknown = [...argumentsOf(line), ...Object.values(env)]
    .flatMap(placeholdersIn)
    .find((one) => !known.includes(one));
  return unknown === undefined
    ? undefined
    : `{${unknown}} is not known here; possible are ${known.map((one) => `{${one}}`).join(", ")}, and {{${unknown}}} for the text itself`;
}

/** The project's own commands. */
export const commandsSettings = z.strictObject({
  /** Brings the data, into the folder {data}, where what was given is already. */
  fetch: commandOf("fetch").optional(),
  /** Makes of the data in {data} what is trained on: what it writes to {output} is added to the data. */
  prepare: commandOf("prepare").optional(),
  /** Brings fresh data for a retraining: writes the rows from {start-date} on and before {end-date} to {output}. */
  "fetch-window": commandOf("fetch-window").optional(),
  /** Trains: writes the model's files to {model}. Also {data}, {epochs}, and {baseline}: the folder of the accepted model, or an empty one. */
  train: commandOf("train").optional(),
  /** Evaluates the model in {model} on {data}: writes to {output}. Also {baseline}. */
  evaluate: commandOf("evaluate").optional(),
  /** Serves the model in {model} over HTTP on {port}. */
  serve: commandOf("serve").optional(),
  /** Checks the data in {data}, before the tests of the data. */
  "validate-data": commandOf("validate-data").optional(),
});

export type CommandsSettings = z.output<typeof commandsSettings>;
