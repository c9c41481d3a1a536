import { randomUUID } from "node:crypto";
import type { Container, Directory, Secret } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../containers/commands.ts";
import { failureOf } from "../containers/exit-code.ts";
import { forOwnPrograms, pythonBase } from "../containers/images.ts";
import { RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { canonicalJson, parseJson } from "../json.ts";
import { sha256 } from "../model/manifest.ts";
import { refusedUrl, trackingUrl } from "./address.ts";
import { failureSchema, failureText } from "./failure.ts";
import type { LoggedRun } from "./payload.ts";

/* A server of MLflow, as `mlflow_tracking.py` asks it. */

/** What a site sets of its tracking server. */
export interface TrackingAccess {
  /** Its address; that of the configuration when absent. */
  readonly url?: string | undefined;
  /** A token, or NAME:PASSWORD. */
  readonly token?: Secret | undefined;
}

/** A server that can be asked. */
export interface Tracker {
  readonly url: string;
  readonly token: Secret | undefined;
}

/**
 * The tracking server of a site or of a project; undefined where there is none.
 *
 * @param configured `tracking.url` of the configuration
 * @throws UserError for an address that is none, and for a token that would go where the project says
 */
export function trackerOf({ url, token }: TrackingAccess, configured: string | undefined): Tracker | undefined {
  const text = url ?? configured;
  if (text === undefined) {
    if (token === undefined) return undefined;
    throw new UserError(
      "--tracking-token is for a server that nobody named: give --tracking=URL before the function.",
      "tracking",
    );
  }
  const found = trackingUrl(text);
  if (found === undefined) throw new UserError(`--tracking=${refusedUrl(text)}`, "tracking");
  if (token !== undefined && url === undefined) {
    throw new UserError(
      `--tracking-token goes to no server that only the project names (tracking.url): give --tracking=${found} as well.`,
      "tracking",
    );
  }
  return { url: found, token };
}

/** A model as it is registered. */
export interface LoggedModel {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly validation: "pending" | "passed" | "failed";
  readonly challenger: string;
  /** Null where the model is not the accepted one. */
  readonly champion: string | null;
}

/** What is logged in one call. */
export interface LogCall {
  readonly experiment: string;
  readonly run: LoggedRun;
  readonly model?: (LoggedModel & { readonly directory: Directory }) | undefined;
  readonly report?: Directory | undefined;
}

/** One of alias and version. */
export interface GetCall {
  readonly name: string;
  readonly alias?: string | undefined;
  readonly version?: string | undefined;
}

const loggedSchema = z.object({
  server: z.string(),
  experiment_id: z.string(),
  run_id: z.string(),
  resumed: z.boolean(),
  already: z.boolean(),
  version: z.string(),
  moved: z.array(z.string()),
  notes: z.array(z.enum(["restored", "no-logged-models", "no-artifacts", "other-params"])),
});
export type Logged = Readonly<z.output<typeof loggedSchema>>;

const gotSchema = z.object({ version: z.string(), tags: z.record(z.string(), z.string()), files: z.number() });
export type Got = Readonly<z.output<typeof gotSchema>>;

const TOKEN = "/run/ml-pipeline/tracking-token";
const SPECIFICATION = "/opt/ml-pipeline/tracking.json";
const MODEL = "/tracked/model";
const REPORT = "/tracked/report";
const INTO = "/tracked/got";
const ANSWER = "tracking.json";
/** A server that has not said anything for so long does not answer. */
const SECONDS = 30;

/**
 * Logs a run, or what is lacking of it.
 *
 * @throws UserError when that could not be done, with what, where, and what to do
 */
export async function log(
  runtime: Runtime,
  tracker: Tracker,
  { experiment, run, model, report }: LogCall,
): Promise<Logged> {
  const { directory, ...about } = model ?? {};
  const said = {
    ...{ operation: "log", experiment, run },
    model: directory === undefined ? null : { ...about, folder: MODEL },
    report: report === undefined ? null : REPORT,
  };
  const call = { ...said, digest: sha256(canonicalJson(said)) };
  const folders = { ...(directory && { [MODEL]: directory }), ...(report && { [REPORT]: report }) };
  const { answer } = await ask(runtime, tracker, call, loggedSchema, folders);
  return answer;
}

/**
 * Takes a model out of the registry, as it lies there: nothing of it is believed.
 *
 * @throws UserError when that could not be done
 */
export async function get(
  runtime: Runtime,
  tracker: Tracker,
  { name, alias, version }: GetCall,
): Promise<{ readonly got: Got; readonly model: Directory }> {
  const call = { operation: "get", name, alias: alias ?? null, version: version ?? null, into: INTO };
  const { answer, container } = await ask(runtime, tracker, call, gotSchema, {});
  return { got: answer, model: container.directory(INTO) };
}

async function ask<T>(
  runtime: Runtime,
  { url, token }: Tracker,
  call: { readonly operation: string },
  schema: z.ZodType<T>,
  folders: Readonly<Record<string, Directory>>,
): Promise<{ readonly answer: T; readonly container: Container }> {
  const base = withProgram(pythonBase(forOwnPrograms(runtime)), "mlflow_tracking.py")
    .withNewFile(SPECIFICATION, JSON.stringify({ url, seconds: SECONDS, call }))
    // What a server has is asked anew each time.
    .withEnvVariable("ML_PIPELINE_TRACKING_CALL", randomUUID());
  const mounted = Object.entries(folders).reduce(
    (container, [path, folder]) => container.withMountedDirectory(path, folder),
    base,
  );
  // The token is a file in memory: it is in no layer, and the program prints nothing of it.
  const ready = token === undefined ? mounted : mounted.withMountedSecret(TOKEN, token);
  const command = {
    name: "tracking",
    args: [
      "python3",
      programPath("mlflow_tracking.py"),
      SPECIFICATION,
      token === undefined ? "" : TOKEN,
      `${RESULTS}/${ANSWER}`,
    ],
    purpose: `ask the tracking server (${call.operation})`,
  };
  const run = await runCommands(ready, [command], { since: runtime.since, limits: runtime.limits });
  if (run.ok) {
    return {
      answer: parseJson(await run.results.file(ANSWER).contents(), schema, ANSWER),
      container: run.container,
    };
  }
  const [failed] = run.commands;
  // A program that was ended, or that failed otherwise, has written nothing.
  if (failed === undefined || !(await run.results.entries()).includes(ANSWER)) {
    const why = failed === undefined ? "" : `: ${failureOf(failed)}\n${failed.tail.trim()}`;
    throw new UserError(`MLflow at ${url} was not asked${why}`, "tracking");
  }
  const failure = parseJson(await run.results.file(ANSWER).contents(), failureSchema, ANSWER);
  throw new UserError(failureText(failure, { url, admitted: token !== undefined }), "tracking");
}
