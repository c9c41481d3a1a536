import type { Container, Service } from "@dagger.io/dagger";
import { z } from "zod";
import { causeOf } from "../../containers/causes.ts";
import { shellWords } from "../../containers/command-words.ts";
import { type CommandsResult, runCommands } from "../../containers/commands.ts";
import { failureOf } from "../../containers/exit-code.ts";
import { DEFAULT_LIMITS, type Limits, withKernelLimits } from "../../containers/limits.ts";
import { PreparationError } from "../../containers/preparation.ts";
import { programPath, withProgram } from "../../containers/programs.ts";
import { asExecFailure, EngineFault, isEngineFault, messageOf } from "../../errors.ts";
import { MEASURING_PORTS } from "../../project/contract.ts";
import type { Protocol } from "../../project/serving/protocol.ts";
import { lastLines, lastWords, printable } from "../../text.ts";
import type { MeasurementContext } from "../context.ts";
import { protocolOfImage } from "./image-protocol.ts";
import { isSabotaged } from "./sabotage.ts";

/** How long a server that does not answer is run again to find the reason. */
const DIAGNOSIS_SECONDS = 20;

const PROGRAM = programPath("serve_measured.py");

/**
 * The image's own command as a service, with a helper beside it that measures its memory.
 *
 * The engine waits for the helper alone, which always listens: the client knows for how long it may wait for the server,
 * and what to say then.
 */
export async function servedAs(image: Container, limits: Limits = DEFAULT_LIMITS): Promise<Service> {
  const [protocol, command] = await Promise.all([protocolOfImage(image), image.entrypoint()]);
  const spec = { protocol, statsPort: MEASURING_PORTS.stats, sabotagePort: MEASURING_PORTS.sabotage };
  return withKernelLimits(withProgram(image, "serve_measured.py"), limits)
    .withExposedPort(await portOf(image, protocol), { experimentalSkipHealthcheck: true })
    .withExposedPort(MEASURING_PORTS.stats)
    .asService({ args: ["python3", PROGRAM, JSON.stringify(spec), ...command] });
}

/** The port that clients use. A sabotaged server is behind a proxy on a port of its own. */
const portOf = async (image: Container, { port }: Protocol): Promise<number> =>
  (await isSabotaged(image)) ? MEASURING_PORTS.sabotage : port;

/** An image's own command as messages have it. */
const shownCommand = async (image: Container): Promise<string> =>
  shellWords((await image.entrypoint()).map((word, index) => (index === 0 && word === "python3" ? "python" : word)));

/** What the clients of served images have in common: where these are, how each is asked, and how long and how much they may answer. */
export async function clientSpec(images: Readonly<Record<string, Container>>, limits: Limits = DEFAULT_LIMITS) {
  const known = await Promise.all(
    Object.entries(images).map(async ([name, image]) => {
      const protocol = await protocolOfImage(image);
      return { name, protocol, port: await portOf(image, protocol) };
    }),
  );
  return {
    urls: Object.fromEntries(known.map(({ name, port }) => [name, `http://${name}:${port}`])),
    stats: Object.fromEntries(known.map(({ name }) => [name, `http://${name}:${MEASURING_PORTS.stats}/`])),
    protocols: Object.fromEntries(known.map(({ name, protocol }) => [name, protocol])),
    answerSeconds: limits["answer-seconds"],
    answerBytes: limits["answer-megabytes"] * 1e6,
  };
}

/** `GET /health, POST /predict of production and candidate`, or each by itself where they are asked in other ways. */
export function shownRequests(protocols: Readonly<Record<string, Protocol>>): string {
  const ways = new Map<string, string[]>();
  for (const [name, { health, route }] of Object.entries(protocols)) {
    const way = `GET ${health ?? "/"}, POST ${route}`;
    ways.set(way, [...(ways.get(way) ?? []), name]);
  }
  return [...ways].map(([way, names]) => `${way} of ${names.join(" and ")}`).join(", ");
}

/** The commands that ask served models. */
const CLIENTS: readonly string[] = ["ask", "load"];

/**
 * What clients told of servers that answer nothing as they should: what was sent, what came back, and the last lines of the server.
 * Otherwise they print nothing.
 */
export const toldByClients = (runs: readonly CommandsResult[]): string =>
  runs
    .flatMap(({ commands }) => commands)
    .filter(({ name, exitCode }) => CLIENTS.includes(name) && exitCode === 0)
    .map(({ tail }) => tail.trimEnd())
    .filter((tail) => tail !== "")
    .join("\n");

/** Lets a container reach each image by its name. */
export async function withServed(
  container: Container,
  images: Readonly<Record<string, Container>>,
  limits?: Limits,
): Promise<Container> {
  let bound = container;
  for (const [name, image] of Object.entries(images)) {
    bound = bound.withServiceBinding(name, await servedAs(image, limits));
  }
  return bound;
}

/** How a server ended, as `serve_measured.py` tells it. */
export const endedSchema = z.object({ name: z.string(), exitCode: z.number(), said: z.string() });
export type Ended = Readonly<z.output<typeof endedSchema>>;

/** The output of a client, or why one of the servers does not serve. */
export type ClientResult<T> = { readonly output: T; readonly run: CommandsResult } | NotServing;

export interface NotServing {
  readonly reason: string;
  /** Whether it never answered, so that nothing of the model was measured. */
  readonly started: boolean;
  readonly runs: readonly CommandsResult[];
}

/**
 * Runs a client of served images, and tells why when one of them does not answer.
 *
 * @param client runs the client and reads its results, which have an `error` when a server did not answer
 */
export async function runClient<T extends { readonly error?: string | undefined; readonly ended?: Ended | undefined }>(
  context: MeasurementContext,
  images: Readonly<Record<string, Container>>,
  client: () => Promise<{ readonly output: T | undefined; readonly run: CommandsResult }>,
): Promise<ClientResult<T>> {
  try {
    const { output, run } = await client();
    if (output === undefined) throw clientFailure(run);
    if (output.error === undefined) return { output, run };
    const started = !NEVER_READY.test(output.error);
    return { ...{ reason: await reasonOf(output.error, output.ended, images), started }, runs: [run] };
  } catch (error) {
    if (isEngineFault(error) || isOtherCommand(error)) throw error;
    return diagnose(context, images, asExecFailure(error)?.stderr || messageOf(error));
  }
}

/** The client always ends with 0 and writes what it found, so whatever ended it is no finding about the model. */
function clientFailure({ commands }: CommandsResult): Error {
  const failed = commands.find(({ exitCode }) => exitCode !== 0);
  const said = lastLines(failed?.tail ?? "", 5).trim();
  const what = failed === undefined ? "it did not run" : failureOf(failed);
  return new EngineFault("the measurement of the served model", new Error(`${what}${said === "" ? "" : `: ${said}`}`));
}

/** Whether a command failed that is not the server, such as an installation: the server is not to blame for that. */
function isOtherCommand(error: unknown): boolean {
  if (error instanceof PreparationError) return true;
  const failure = asExecFailure(error);
  return failure !== undefined && failure.cmd.length > 0 && !failure.cmd.includes(PROGRAM);
}

/** The last words of a server that has ended say more than that nobody answers. */
async function reasonOf(
  error: string,
  ended: Ended | undefined,
  images: Readonly<Record<string, Container>>,
): Promise<string> {
  const notStarted = NEVER_READY.test(error);
  if (ended === undefined) return `${notStarted ? NOT_STARTED : "the served model does not answer"}: ${error}`;
  const image = images[ended.name];
  const command = image === undefined ? "the served model" : await shownCommand(image);
  const failure = failureOf({ command, exitCode: ended.exitCode });
  return `${notStarted ? `${NOT_STARTED}: ` : ""}${nameIn(images, ended.name)}${failure}${saidLast(printable(ended.said))}`;
}

const NOT_STARTED = "the server did not start";

/** What `ask_models.py` says of a server that never became healthy. */
const NEVER_READY = /the server ended before it answered|^(?:\w+: )?no healthy answer from/;

/** The name of a server, where there are several. */
const nameIn = (images: Readonly<Record<string, Container>>, name: string): string =>
  Object.keys(images).length > 1 ? `${name}: ` : "";

/**
 * Runs each image's own command for a while, and reports how the first one that ended did. It is for a service that the engine
 * could not keep up, of which it may not say more.
 */
async function diagnose(
  context: MeasurementContext,
  images: Readonly<Record<string, Container>>,
  reason: string,
): Promise<NotServing> {
  const runs: CommandsResult[] = [];
  for (const [name, image] of Object.entries(images)) {
    const args = ["timeout", String(DIAGNOSIS_SECONDS), ...(await image.entrypoint())];
    const run = await runCommands(image, [{ name: "serve", args, shown: await shownCommand(image) }], {
      since: context.since,
      limits: context.limits,
    });
    runs.push(run);
    const [server] = run.commands;
    if (server !== undefined && (server.exitCode !== STILL_RUNNING || server.stopped !== undefined)) {
      const failure = `${nameIn(images, name)}${failureOf(server)}${saidLast(server.tail)}`;
      return { reason: `${NOT_STARTED}: ${failure}`, started: false, runs };
    }
  }
  return { reason: `the served model does not answer: ${reason}`, started: true, runs };
}

/** What a server said of its end, and what to do where that is known; to add to a message. */
function saidLast(said: string): string {
  const { text = lastWords(said), advice } = causeOf(said) ?? {};
  return `${text === "" ? "" : `: ${text}`}${advice === undefined ? "" : `; ${advice}`}`;
}

/** The exit code of `timeout` when it had to end the command. */
const STILL_RUNNING = 124;
