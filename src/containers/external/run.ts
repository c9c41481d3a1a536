import { type Container, type Directory, dag } from "@dagger.io/dagger";
import type { Check } from "../../checks/check.ts";
import type { ExternalCommand } from "../../config/external-command.ts";
import { appContainer, type Mount, type ProjectRuntime, withMounts, withVariables } from "../app.ts";
import { shellWords } from "../command-words.ts";
import { type CommandResult, type CommandsResult, runCommands } from "../commands.ts";
import { explainExitCode } from "../exit-code.ts";
import { APP, RESULTS } from "../paths.ts";
import { MAX_ANSWER, readAnswer } from "./answer.ts";
import type { ExternalRequest } from "./request.ts";

/** What the request is read from. */
const FOLDER = "/opt/ml-pipeline/request";
const REQUEST = "request.json";
const ANSWER = "answer.json";
const LOG = "external";

/** What is run, and with what around it. */
export interface ExternalCall {
  readonly command: ExternalCommand;
  readonly request: ExternalRequest;
  readonly mounts: readonly Mount[];
  readonly variables: Readonly<Record<string, string>>;
}

/** What a command from outside came to: at least one check. */
export interface ExternalResult {
  readonly checks: readonly Check[];
  readonly run: CommandsResult;
}

/**
 * Runs a command from outside in a container of its own, which no secret is given to, and judges what it answers. A command that
 * fails, that is stopped, or that answers anything else than checks is one broken check, which names it and what was wrong.
 */
export async function runExternal(runtime: ProjectRuntime, call: ExternalCall): Promise<ExternalResult> {
  const { command, request, mounts, variables } = call;
  const container = withVariables(withMounts(containerOf(runtime, command), mounts), variables);
  const { run, ...asked } = await askExternal(container, { command, request, most: MAX_ANSWER }, runtime);
  const answer = "written" in asked ? readAnswer(asked.written) : asked;
  if ("checks" in answer) return { checks: answer.checks, run };
  const why = `\`${shellWords(command.args)}\` ${answer.unusable}`;
  return { checks: [{ what: request.name, outcome: "broken", reason: { code: "external-unusable", why } }], run };
}

/** A question to a command from outside. */
export interface ExternalQuestion {
  readonly command: ExternalCommand;
  /** What becomes JSON on its standard input. */
  readonly request: object;
  /** How much of an answer is read, in bytes. */
  readonly most: number;
}

/** What it wrote to its standard output, or why that is not to be used, as the end of a sentence about it. */
export type ExternalWords = ({ readonly written: string } | { readonly unusable: string }) & {
  readonly run: CommandsResult;
};

/** Runs a command with a request as its standard input, in a container that has what it needs. */
export async function askExternal(
  container: Container,
  { command, request, most }: ExternalQuestion,
  { since, limits }: Pick<ProjectRuntime, "since" | "limits">,
): Promise<ExternalWords> {
  const given = dag.directory().withNewFile(REQUEST, `${JSON.stringify(request)}\n`);
  const run = await runCommands(
    container.withMountedDirectory(FOLDER, given),
    [
      {
        ...{ name: LOG, args: command.args, env: command.env, shown: shellWords(command.args) },
        ...{ input: `${FOLDER}/${REQUEST}`, save: `${RESULTS}/${ANSWER}`, time: command.time },
        ...(command.folder === undefined ? {} : { folder: `${APP}/${command.folder}` }),
      },
    ],
    { since, limits },
  );
  const [ended] = run.commands;
  const unusable = ended === undefined ? "did not run" : failureOf(ended);
  return unusable === undefined ? { ...(await wordsIn(run.results, most)), run } : { unusable, run };
}

function containerOf(runtime: ProjectRuntime, { image }: ExternalCommand): Container {
  const { app } = runtime.project;
  if (image === undefined) return appContainer(runtime, app);
  return dag.container().from(image).withMountedDirectory(APP, app).withWorkdir(APP);
}

function failureOf({ exitCode, stopped, tail }: CommandResult): string | undefined {
  if (stopped !== undefined) return `was stopped: ${stopped}`;
  if (exitCode === 0) return undefined;
  const last = tail.trimEnd().split("\n").at(-1)?.trim().slice(0, 300) ?? "";
  return `ended with ${explainExitCode(exitCode)}${last === "" ? "" : `: ${last}`}`;
}

async function wordsIn(
  results: Directory,
  most: number,
): Promise<{ readonly written: string } | { readonly unusable: string }> {
  const file = results.file(ANSWER);
  const bytes = await file.size();
  return bytes > most
    ? { unusable: `wrote ${bytes} bytes to its standard output, and ${most} are read at most` }
    : { written: await file.contents() };
}
