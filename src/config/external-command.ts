import { z } from "zod";
import { argumentsOf, line, problemOfFolders, problemOfLine, variables } from "./command-form.ts";
import { cell, name, required } from "./forms.ts";
import { stricter } from "./stricter.ts";

/* A command of somebody else that gives checks: a gate, or a rule on data, that is not one of ours. */

/** It stands in variables, in flags and in names of files, so it needs no quoting anywhere. */
const externalName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected a name such as "profit", of small letters, digits and hyphens');

/** How such a command is run. */
const fields = {
  /** The command, as a list of arguments or one line: it reads JSON from its standard input and writes its checks as JSON to its standard output. */
  command: line,
  /** Environment variables of the command. */
  env: variables,
  /** The folder of the project that it is run in; the project's root when absent. */
  folder: name.optional(),
  /** An image that it is run in, which has Python 3; when absent the project's, with its packages. */
  image: name.optional(),
  /** How long it may take, in seconds. */
  seconds: stricter("lower", z.number().positive()).default(600),
  /** What it is told as `settings`, such as limits. */
  settings: z.record(name, z.union([cell, z.array(cell)])).default({}),
};

interface Commanded {
  readonly command: z.output<typeof line>;
  readonly folder?: string | undefined;
}

/** Refuses a line that only a shell could carry out, and a folder outside of the project. */
const checkCommand = ({ value, issues }: z.core.ParsePayload<Commanded>): void => {
  for (const [key, message] of [
    ["command", problemOfLine(value.command)],
    ["folder", problemOfFolders(value.folder)],
  ] as const) {
    if (message !== undefined) issues.push({ code: "custom", input: value, path: [key], message });
  }
};

/** The settings of one such command. */
export const externalTable = z.strictObject(fields).check(checkCommand);

/** The same of one that may only warn. */
export const externalGateTable = z.strictObject({ required, ...fields }).check(checkCommand);

/** A command that deploys: how long it may take is that of what is deployed. */
const { seconds: _seconds, image: _image, ...deploying } = fields;
export const externalDeployTable = z
  .strictObject({
    ...deploying,
    /** An image that it is run in, without the project's files, which has Python 3; when absent that of the project's Python, with its folder `deploy`. */
    image: name.optional(),
  })
  .check(checkCommand);

/** A table of such commands by names. */
export const byExternalName = <Table extends z.ZodType>(table: Table) => z.record(externalName, table);

/** A command from outside with all that is said of it. */
export interface ExternalCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder?: string | undefined;
  readonly image?: string | undefined;
  /** How long it may take, and the setting that says so. */
  readonly time: { readonly seconds: number; readonly setting: string };
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * A command as its table says.
 *
 * @param key of the table in the configuration
 */
export const externalCommand = (
  key: string,
  {
    command,
    env,
    folder,
    image,
    seconds,
    settings,
  }: Omit<z.output<typeof externalTable>, "seconds"> & { readonly seconds: number },
): ExternalCommand => ({
  ...{ args: argumentsOf(command), env, folder, image, settings },
  time: { seconds, setting: `${key}.seconds` },
});
