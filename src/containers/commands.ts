import { type Container, type Directory, ReturnType } from "@dagger.io/dagger";
import { z } from "zod";
import { asExecFailure, UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { printable } from "../text.ts";
import { ownProgram, shellWords } from "./command-words.ts";
import { failureOf } from "./exit-code.ts";
import {
  DEFAULT_LIMITS,
  type Limits,
  stageLimits,
  type TimeLimit,
  type TimeSetting,
  timeLimit,
  withKernelLimits,
} from "./limits.ts";
import { RESULTS } from "./paths.ts";
import { PreparationError } from "./preparation.ts";
import { programPath, withProgram } from "./programs.ts";

/** One command of a stage: an argument vector, never a shell string. */
export interface Command {
  /** The name of its log: `ruff`, `pytest`. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder that it runs in; the container's when absent. */
  readonly folder?: string;
  /** A file that it reads as its standard input; nothing when absent. */
  readonly input?: string;
  /** A file that gets the standard output instead of the log. */
  readonly save?: string;
  /** Whether its output stays out of the log. It is for short commands, whose output is reported in whole when they fail. */
  readonly quiet?: boolean;
  /** Shown in reports instead of `args`, as a person would type it. */
  readonly shown?: string;
  /** What a program of the pipeline does, shown instead of `args`: nobody would type it. */
  readonly purpose?: string;
  /** A limit for this command alone, beside that of the stage. */
  readonly time?: TimeSetting | TimeLimit;
  /** Whether its failure decides nothing, so that one from the cache is believed. */
  readonly onlyWarns?: boolean;
}

export interface CommandResult {
  readonly name: string;
  /** The command as it would be typed in a shell, or its `shown`. */
  readonly command: string;
  /** 128 + N if signal N ended it. */
  readonly exitCode: number;
  /** Why the pipeline stopped it, with the setting that is the limit; absent when it ended by itself. */
  readonly stopped?: string;
  readonly seconds: number;
  /** The largest resident memory of any process of the stage so far. */
  readonly peakMemoryBytes: number;
  /** Its output. Of a very long output it has the end, and the number of lines before it. */
  readonly tail: string;
  /** To the letter what ran, of a command that failed: replay runs it again. */
  readonly exact?: ExactCommand;
}

/** A command as it was executed; part of `report.json`. */
export interface ExactCommand {
  readonly args: readonly string[];
  /** The folder that it ran in, where that was not the container's. */
  readonly folder?: string;
  /** The names of its own variables, beside those of the container. */
  readonly variables: readonly string[];
}

/** A command of a stage as it ended, for whoever tells it. */
export interface RanCommand extends CommandResult {
  /** Whether it is a program of the pipeline, so that its failure is told with the reason first. */
  readonly isOwn?: true;
}

export interface FolderHash {
  readonly sha256: string;
  readonly files: number;
  readonly bytes: number;
  /** The files by their endings, the most frequent first. */
  readonly kinds: readonly FileKind[];
  /** The SHA-256 of each file by its path, where that was asked for and there are not too many. */
  readonly paths?: Readonly<Record<string, string>> | undefined;
}

/** The files of a folder whose names end alike; part of `report.json`. */
export interface FileKind {
  /** `.png`, `.csv.gz`; empty for names without an ending. */
  readonly suffix: string;
  readonly files: number;
  readonly bytes: number;
}

export const fileKindSchema = z.strictObject({ suffix: z.string(), files: z.number(), bytes: z.number() });

export interface CommandsResult {
  readonly commands: readonly RanCommand[];
  readonly ok: boolean;
  /** Whether the result came from the cache, because the same commands had run on the same files before. */
  readonly cached: boolean;
  /** Content hashes of the requested folders, by path. */
  readonly hashes: Readonly<Record<string, FolderHash>>;
  /** The container after the commands, with the files that they wrote. */
  readonly container: Container;
  /** The results folder, with the logs. */
  readonly results: Directory;
  /** The commands as they were asked for, in the order of their results. */
  readonly asked: readonly Command[];
  /** Where a person can look at what is left: after the commands, or before them where what ran them was killed. */
  readonly left: Container;
}

export interface RunOptions {
  /** Whether to skip the commands after a failed one. Default: all run. */
  readonly stopAtFailure?: boolean;
  /** Folders to create first, for commands that write there. */
  readonly folders?: readonly string[];
  /** Folders whose content is hashed at the end. */
  readonly hash?: readonly string[];
  /** Whether the hashes of their files are wanted as well. */
  readonly listFiles?: boolean;
  /** Start of the pipeline run, in milliseconds since 1970. A command that ended earlier came from the cache. */
  readonly since: number;
  /** The project's limits; the defaults when absent. */
  readonly limits?: Limits | undefined;
  /** The limit of the time of all commands together; that of any stage when absent. */
  readonly time?: TimeSetting;
}

/**
 * Runs the commands of one stage in one exec and reports the result of each; a failed command is a result, not an error.
 *
 * A cached failure is run again, because memory, time and services may have changed since.
 * @throws when the engine itself fails, and UserError for a query beyond a limit
 */
export async function runCommands(
  container: Container,
  commands: readonly Command[],
  options: RunOptions,
): Promise<CommandsResult> {
  const first = await attempt(container, commands, options);
  if (first.ok || !first.cached || first.commands.every((result, index) => isSettled(result, commands[index]))) {
    return requireAnswers(first, commands);
  }
  const fresh = container.withEnvVariable("ML_PIPELINE_ATTEMPT", String(options.since));
  return requireAnswers(await attempt(fresh, commands, options), commands);
}

/** Whether the same would come out again, or it does not matter. What was stopped, or ended by a signal, found nothing. */
const isSettled = ({ exitCode, stopped }: CommandResult, command: Command | undefined): boolean =>
  exitCode === 0 || (command?.onlyWarns === true && stopped === undefined && exitCode < 128);

/** A query that was stopped says nothing about the tables, so nobody may take it for a finding. */
function requireAnswers(result: CommandsResult, commands: readonly Command[]): CommandsResult {
  const failed = result.commands.find(
    ({ stopped }, index) => stopped !== undefined && commands[index]?.time === "query-seconds",
  );
  if (failed !== undefined) throw new UserError(failureOf(failed));
  return result;
}

const PROGRAM = programPath("run_commands.py");

/** What `run_commands.py` is called with. */
export function runSpecification(
  commands: readonly Command[],
  {
    stopAtFailure = false,
    folders = [],
    hash = [],
    listFiles = false,
    limits = DEFAULT_LIMITS,
    time = "stage-seconds",
  }: Omit<RunOptions, "since">,
): string {
  const sent = commands.map(({ name, args, env, folder, input, save, quiet, time: own }) => ({
    ...{ name, args, env, folder, input, save, quiet },
    ...(own === undefined ? {} : { time: typeof own === "string" ? timeLimit(limits, own) : own }),
  }));
  return JSON.stringify({
    ...{ results: RESULTS, stopAtFailure, folders, hash, listFiles, commands: sent },
    limits: stageLimits(limits, time),
  });
}

async function attempt(
  container: Container,
  commands: readonly Command[],
  { since, limits = DEFAULT_LIMITS, ...options }: RunOptions,
): Promise<CommandsResult> {
  const spec = runSpecification(commands, { ...options, limits });
  const ran = withKernelLimits(withProgram(container, "run_commands.py"), limits).withExec(["python3", PROGRAM, spec], {
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
    asked: commands,
    left: report.isWhole ? ran : container,
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
  stopped: z.string().optional(),
});
type RawResult = z.output<typeof rawResultSchema>;

const folderHashSchema: z.ZodType<FolderHash> = z.object({
  ...{ sha256: z.string(), files: z.number(), bytes: z.number() },
  kinds: z.array(fileKindSchema),
  paths: z.record(z.string(), z.string()).optional(),
});

/** The results that `run_commands.py` writes. */
export const commandsReportSchema = z.object({
  commands: z.array(rawResultSchema),
  hashes: z.record(z.string(), folderHashSchema),
});
/** With whether the program that ran the commands told of them itself. */
type Report = z.output<typeof commandsReportSchema> & { readonly isWhole: boolean };

/** Reads the program's report; if it was killed together with its command, makes one from the engine's answer. */
async function readReport(ran: Container, commands: readonly Command[]): Promise<Report> {
  try {
    const exitCode = await ran.exitCode();
    if (exitCode === 0) {
      const text = await ran.file(`${RESULTS}/results.json`).contents();
      return { ...parseJson(text, commandsReportSchema, "results.json of run_commands.py"), isWhole: true };
    }
    return reportOfKilled(commands, exitCode, await ran.stderr());
  } catch (error) {
    const failure = asExecFailure(error);
    if (failure === undefined) throw error;
    // The failed exec may be an earlier one, such as an installation, which is not this stage's result.
    if (failure.cmd[1] !== PROGRAM) throw new PreparationError(failure);
    return reportOfKilled(commands, failure.exitCode, failure.stderr || failure.stdout);
  }
}

function reportOfKilled(commands: readonly Command[], exitCode: number, tail: string): Report {
  const now = Date.now() / 1000;
  const { name, args } = commands[0] ?? { name: "command", args: [] };
  return {
    commands: [{ name, args: [...args], exitCode, startedAt: now, endedAt: now, peakMemoryBytes: 0, tail }],
    hashes: {},
    isWhole: false,
  };
}

function toResult(raw: RawResult, command: Command | undefined): RanCommand {
  const purpose = command?.purpose ?? (command?.shown === undefined ? ownProgram(raw.args) : undefined);
  return {
    name: raw.name,
    command: purpose ?? command?.shown ?? shellWords(raw.args),
    ...(purpose === undefined ? {} : { isOwn: true }),
    exitCode: raw.exitCode,
    seconds: raw.endedAt - raw.startedAt,
    peakMemoryBytes: raw.peakMemoryBytes,
    tail: printable(raw.tail),
    ...(raw.stopped === undefined ? {} : { stopped: raw.stopped }),
    // What our own programs are told is long, and nobody would type it.
    ...(raw.exitCode === 0 || purpose !== undefined || command === undefined ? {} : { exact: exactly(command) }),
  };
}

const exactly = ({ args, folder, env = {} }: Command): ExactCommand => ({
  args,
  ...(folder === undefined ? {} : { folder }),
  variables: Object.keys(env),
});
