import { type Container, ReturnType } from "@dagger.io/dagger";
import { withVariables } from "../containers/app.ts";
import { shellWords } from "../containers/command-words.ts";
import type { Command, CommandsResult } from "../containers/commands.ts";
import { asExecFailure } from "../errors.ts";
import type { Replayed } from "../replay/words.ts";
import { printable } from "../text.ts";

/* Where a stage failed, as a person can look at it. */

/** The failing command as a program in its container. */
export const AGAIN = "/usr/local/bin/replay";

/** A container at a command. */
export interface Shell {
  readonly container: Container;
  /** The failing command, as it can be typed; undefined where no command failed. */
  readonly typed?: string;
}

/**
 * The container of the command that failed, with its variables, in its folder; that of the last one where none did.
 *
 * @param runs what ran in the stage
 */
export function shellOf(runs: readonly CommandsResult[]): Shell | undefined {
  const failed = runs.findLast(({ ok }) => !ok);
  const run = failed ?? runs.at(-1);
  if (run === undefined) return undefined;
  const index = run.commands.findIndex(({ exitCode }) => exitCode !== 0);
  const command = run.asked[index < 0 ? run.asked.length - 1 : index];
  if (command === undefined) return { container: run.left };
  const typed = shellWords(command.args);
  return { container: at(run.left, command, typed), ...(failed === undefined ? {} : { typed }) };
}

function at(container: Container, { env = {}, folder }: Command, typed: string): Container {
  const told = withVariables(container, env);
  return (folder === undefined ? told : told.withWorkdir(folder))
    .withNewFile(AGAIN, `#!/bin/sh\nexec ${typed}\n`, { permissions: 0o755 })
    .withDefaultTerminalCmd([
      "sh",
      "-c",
      `echo 'The program replay is the command of the stage, as it ran.' >&2; if command -v bash >/dev/null; then exec bash; else exec sh; fi`,
    ]);
}

/** Runs a command where the stage failed. */
export async function runThere({ container }: Shell, args: readonly string[]): Promise<NonNullable<Replayed["other"]>> {
  const ran = container.withExec([...args], { expect: ReturnType.Any });
  const command = shellWords(args);
  try {
    const [exitCode, stdout, stderr] = await Promise.all([ran.exitCode(), ran.stdout(), ran.stderr()]);
    return { command, exitCode, output: printable([stdout, stderr].filter(Boolean).join("\n")) };
  } catch (error) {
    const failure = asExecFailure(error);
    if (failure === undefined) throw error;
    return { command, exitCode: failure.exitCode, output: printable(failure.stderr || failure.stdout) };
  }
}
