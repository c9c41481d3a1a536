import type { File } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { CANARY_CHECKS, type CanaryPlan, canaryPlan } from "../delivery/canary.ts";
import type { DeployTarget } from "../delivery/settings.ts";
import { UserError } from "../errors.ts";
import { readRequests } from "../measurements/serving/replay.ts";
import type { RequestSource } from "../project/serving/requests.ts";
import { nearest } from "../text.ts";

/** What a caller says of a canary. */
export interface CanaryRequest {
  readonly environment: string;
  /** Checks that a person has looked at. */
  readonly approved: readonly string[];
  /** What is asked about: a row in each line, as JSON. */
  readonly requests?: File | undefined;
}

/** With fewer, a share of them says little of any others. */
const FEWEST = 20;
/** More are not read: each of a step is drawn from these. */
const MOST = 20_000;
/** A change of parameters goes by itself, after a longer look. */
const LONGER = 2;

/** What a canary is asked, and what a person says of it. */
export interface CanaryInputs {
  readonly approved: readonly string[];
  readonly rows: readonly unknown[];
}

/**
 * What an image is asked before it is rolled out; undefined where the environment does not ask for that.
 *
 * @throws UserError without requests, for lines that are no JSON, and for approvals of what is no check
 */
export async function canaryInputs(
  context: Context,
  target: DeployTarget,
  request: CanaryRequest,
): Promise<CanaryInputs | undefined> {
  checkChecks(request.approved);
  if (target.strategy !== "canary") return undefined;
  const { kind } = context.project.protocol;
  if (kind !== "json") {
    throw new UserError(
      `serve.request is ${kind}, and a canary is asked by way of the cluster, which sends only JSON: deploy to ${request.environment} by another strategy.`,
      "delivery",
    );
  }
  return { approved: request.approved, rows: await canaryRows(context, request) };
}

/**
 * How it is tried.
 *
 * @param change the kinds of change since the accepted model, where they are known
 */
export function canaryOf(
  { canary }: Pick<DeployTarget, "canary">,
  { approved, rows }: CanaryInputs,
  change: readonly string[] | undefined,
): { readonly plan: CanaryPlan; readonly rows: readonly unknown[] } {
  const isRoutine = change?.every((kind) => kind === "data") ?? false;
  return { plan: canaryPlan(canary, approved, isRoutine ? 1 : LONGER), rows };
}

function checkChecks(approved: readonly string[]): void {
  const checks: readonly string[] = CANARY_CHECKS;
  const unknown = approved.find((one) => !checks.includes(one));
  if (unknown === undefined) return;
  const close = nearest(unknown, checks);
  throw new UserError(
    `--approve=${unknown}: there is no such check of a canary. There are ${checks.join(", ")}${close === undefined ? "." : `; did you mean ${close}?`}`,
    "delivery",
  );
}

/**
 * What candidate and production are asked about.
 *
 * @throws UserError without requests, with too few of them, and for lines that are no JSON
 */
export async function canaryRows(
  { project }: Context,
  { environment, requests }: Pick<CanaryRequest, "environment" | "requests">,
): Promise<readonly unknown[]> {
  const source = project.requests;
  const [name, file] =
    requests !== undefined
      ? ["--requests", requests]
      : "file" in source
        ? [source.file, project.source.file(source.file)]
        : [undefined, undefined];
  if (name === undefined) {
    throw new UserError(
      `A canary of deploy.${environment} asks both images, and nothing says what: give --requests=FILE with a row in each line, as JSON, or keep some in tests/shadow/requests.jsonl, or where serve.requests says.${misplacedText(source)}`,
      "delivery",
    );
  }
  const rows = readRequests(name, (await file.contents()).replace(/^\uFEFF/, ""))
    .slice(0, MOST)
    .map(({ instance }) => instance);
  if (rows.length >= FEWEST) return rows;
  throw new UserError(
    `${name} has ${rows.length} requests, and a canary of deploy.${environment} asks ${FEWEST} different ones at least.`,
    "delivery",
  );
}

/** Calls that are about no data read no other files of a project: another ending is as good as none. */
const misplacedText = (source: RequestSource): string =>
  "tables" in source && source.tables !== undefined
    ? ` That is ${source.tables.join(", ")}, which is no file of the project that ends in .jsonl, .ndjson or .json.`
    : "";
