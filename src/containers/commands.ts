import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { z } from "zod";
import { asExecFailure } from "../errors.ts";
import { parseJson } from "../json.ts";
import { RESULTS } from "./paths.ts";
import { programPath, withProgram } from "./programs.ts";

/** One command of a stage: an argument vector, never a shell string. */
export interface Command {
  /** Names its log: `ruff`, `pytest`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A file that gets the standard output instead of the log. */
  readonly save?: string;
  /** Nothing of it appears as it comes: for what is short, and told in whole when it fails. */
  readonly quiet?: boolean;
  /** What a person reads instead of `args`, where those show the pipeline's own doings. */
  readonly shown?: string;
}

export interface CommandResult {
  readonly name: string;
  /** The command as a person would type it. */
  readonly command: string;
  /** 128 + N when signal N ended it. */
  readonly exitCode: number;
  readonly seconds: number;
  /** The largest amount of memory that a process of the stage had so far. */
  readonly peakMemoryBytes: number;
  /** What it printed; of a very long output the end, and how many lines there were before. */
  readonly tail: string;
}

export interface FolderHash {
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
}

export interface CommandsResult {
  readonly commands: readonly CommandResult[];
  readonly ok: boolean;
  /** Nothing ran: the same commands on the same files had run before. */
  readonly cached: boolean;
  /** Content hashes of the folders that were asked for. */
  readonly hashes: Readonly<Record<string, FolderHash>>;
  /** The container afterwards, for what the commands wrote. */
  readonly container: Container;
  /** Logs, and whatever was written to the results folder. */
  readonly results: Directory;
}

export interface RunOptions {
  /** Whether a failing command keeps the next from running. Default: all run. */
  readonly stopAtFailure?: boolean;
  /** Folders that are made beforehand, for commands that write there. */
  readonly folders?: readonly string[];
  /** Folders of the container whose content is hashed afterwards. */
  readonly hash?: readonly string[];
  /** Start of the pipeline run, in milliseconds: what ended before came from the cache. */
  readonly since: number;
}

/**
 * Runs the commands of one stage in one exec and reports how each ended; a failing command is a result, not an error.
 *
 * A failure is never believed from the cache: memory, time and services may be other now, so it runs again.
 * @throws only when the engine itself fails
 */
export async function runCommands(
  container: Container,
  commands: readonly Command[],
  options: RunOptions,
): Promise<CommandsResult> {
  const first = await attempt(container, commands, options);
  if (first.ok || !first.cached) return first;
  return attempt(container.withEnvVariable("ML_PIPELINE_ATTEMPT", String(options.since)), commands, options);
}

const PROGRAM = programPath("run_commands.py");

async function attempt(
  container: Container,
  commands: readonly Command[],
  { stopAtFailure = false, folders = [], hash = [], since }: RunOptions,
): Promise<CommandsResult> {
  const sent = commands.map(({ name, args, env, save, quiet }) => ({ name, args, env, save, quiet }));
  const spec = JSON.stringify({ results: RESULTS, stopAtFailure, folders, hash, commands: sent });
  const ran = withProgram(container, "run_commands.py").withExec(["python3", PROGRAM, spec], {
    expect: ReturnType.Any,
  });
  const results = ran.directory(RESULTS);
  const report = await readReport(ran, commands);
  const reported = report.commands.map((raw, index) => toResult(raw, commands[index]));
  return {
    commands: reported,
    ok: reported.length === commands.length && reported.every((command) => command.exitCode === 0),
    cached: report.commands.every((command) => command.endedAt * 1000 < since),
    hashes: report.hashes,
    container: ran,
    results,
  };
}

const rawResultSchema = z.object({
  name: z.string(),
  args: z.array(z.string()),
  exitCode: z.number(),
  startedAt: z.number(),
  endedAt: z.number(),
  peakMemoryBytes: z.number(),
  tail: z.string(),
});
type RawResult = z.output<typeof rawResultSchema>;

const folderHashSchema: z.ZodType<FolderHash> = z.object({ sha256: z.string(), files: z.number(), bytes: z.number() });

/** What `run_commands.py` writes down. */
export const commandsReportSchema = z.object({
  commands: z.array(rawResultSchema),
  hashes: z.record(z.string(), folderHashSchema),
});
type Report = z.output<typeof commandsReportSchema>;

/** What the helper wrote; where it was killed together with its command, what the engine says. */
async function readReport(ran: Container, commands: readonly Command[]): Promise<Report> {
  try {
    const exitCode = await ran.exitCode();
    if (exitCode === 0) {
      const text = await ran.file(`${RESULTS}/results.json`).contents();
      return parseJson(text, commandsReportSchema, "results.json of run_commands.py");
    }
    return killed(commands, exitCode, await ran.stderr());
  } catch (error) {
    const failure = asExecFailure(error);
    // What the stage stands on may have failed as well (an installation): that is not the stage's own command.
    if (failure === undefined || failure.cmd[1] !== PROGRAM) throw error;
    return killed(commands, failure.exitCode, failure.stderr || failure.stdout);
  }
}

function killed(commands: readonly Command[], exitCode: number, tail: string): Report {
  const now = Date.now() / 1000;
  const { name, args } = commands[0] ?? { name: "command", args: [] };
  return {
    commands: [{ name, args: [...args], exitCode, startedAt: now, endedAt: now, peakMemoryBytes: 0, tail }],
    hashes: {},
  };
}

function toResult(raw: RawResult, command: Command | undefined): CommandResult {
  return {
    name: raw.name,
    command: command?.shown ?? shellWords(raw.args),
    exitCode: raw.exitCode,
    seconds: raw.endedAt - raw.startedAt,
    peakMemoryBytes: raw.peakMemoryBytes,
    tail: raw.tail,
  };
}

/** An argument vector as it would be typed in a shell. */
export const shellWords = (args: readonly string[]): string =>
  args.map((arg) => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`)).join(" ");
