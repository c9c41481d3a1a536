import { type Container, type Directory, dag } from "@dagger.io/dagger";
import type { Check } from "../../checks/check.ts";
import type { ExternalCommand } from "../../project/commands/external.ts";
import { appContainer, type Mount, type ProjectRuntime, withMounts, withVariables } from "../app.ts";
import { shellWords } from "../command-words.ts";
import { type CommandResult, type CommandsResult, runCommands } from "../commands.ts";
import { explainExitCode } from "../exit-code.ts";
import { APP, RESULTS } from "../paths.ts";
import { MAX_ANSWER, readAnswer } from "./answer.ts";
import type { ExternalRequest } from "./request.ts";

/** What the request is read from. */
const REQUEST = "/opt/ml-pipeline/request/request.json";
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
  const run = await runCommands(
    container.withMountedDirectory(
      REQUEST.slice(0, REQUEST.lastIndexOf("/")),
      dag.directory().withNewFile("request.json", `${JSON.stringify(request)}\n`),
    ),
    [
      {
        ...{ name: LOG, args: command.args, env: command.env, shown: shellWords(command.args) },
        ...{ input: REQUEST, save: `${RESULTS}/${ANSWER}`, time: command.time },
        ...(command.folder === undefined ? {} : { folder: `${APP}/${command.folder}` }),
      },
    ],
    { since: runtime.since, limits: runtime.limits },
  );
  const [ended] = run.commands;
  const unusable = ended === undefined ? "did not run" : failureOf(ended);
  const answer = unusable === undefined ? await answerIn(run.results) : { unusable };
  if ("checks" in answer) return { checks: answer.checks, run };
  const why = `\`${shellWords(command.args)}\` ${answer.unusable}`;
  return { checks: [{ what: request.name, outcome: "broken", reason: { code: "external-unusable", why } }], run };
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

async function answerIn(results: Directory): Promise<ReturnType<typeof readAnswer>> {
  const file = results.file(ANSWER);
  const bytes = await file.size();
  return bytes > MAX_ANSWER
    ? { unusable: `wrote ${bytes} bytes to its standard output, and ${MAX_ANSWER} are read at most` }
    : readAnswer(await file.contents());
}
