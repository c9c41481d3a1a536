import { z } from "zod";
import { readWritten, type Written } from "../config/external-answer.ts";
import { oneLine } from "../text.ts";
import { digestOf, isByDigest } from "./image-reference.ts";
import { line } from "./line.ts";
import type { Ran, Rollout } from "./rollout.ts";

/* What a command that deploys is asked and answers. What it says that runs counts, and not that it calls itself done. */

/** What is done: say what runs, let an image run, or go back to what ran before. */
export const DEPLOY_VERBS = ["status", "deploy", "rollback"] as const;
export type DeployVerb = (typeof DEPLOY_VERBS)[number];

export const deployRequest = z
  .strictObject({
    schemaVersion: z.literal(1),
    verb: z.enum(DEPLOY_VERBS),
    id: z.string().describe("Another one for each call."),
    environment: z.string(),
    settings: z.record(z.string(), z.unknown()).describe("As the configuration has them."),
    image: z
      .string()
      .nullable()
      .describe("What is to run, by digest; null for a status, and for a rollback to whatever ran before."),
    revision: z.int().nullable().describe("The revision that a rollback is to go to, where a person names one."),
    records: z
      .record(z.string(), z.string())
      .describe("What is known of the image: to be kept with it, and given back with what runs."),
    cause: z.string().describe("Why, in words, for a history."),
  })
  .describe("What a command that deploys reads from its standard input.");
export type DeployRequest = z.output<typeof deployRequest>;

const MAX_TEXT = 1000;
const count = z.int().min(0).max(1_000_000);

const running = z.strictObject({
  image: z.string().max(MAX_TEXT).refine(isByDigest, "expected an image by digest").describe("By digest."),
  ready: count.describe("How many instances serve."),
  wanted: count.min(1).describe("How many are to."),
  revision: count.optional().describe("A number by which a rollback finds it; 0 when absent."),
  since: line.optional().describe("Since when it runs, in words."),
  records: z.record(z.string().max(100), line).optional().describe("Those that came with it."),
});

export const deployAnswer = z
  .strictObject({
    schemaVersion: z.literal(1),
    outcome: z.enum(["ok", "failed"]).describe("Whether what was asked was done, and what runs is well."),
    running: running.nullable().describe("What runs now; null where nothing does."),
    message: z.string().trim().min(1).max(MAX_TEXT).transform(oneLine).optional().describe("Says more, for a person."),
  })
  .describe("What a command that deploys writes to its standard output.");
export type DeployAnswer = z.output<typeof deployAnswer>;

/** In bytes. */
export const MAX_DEPLOY_ANSWER = 100_000;

/** What a command answered, or why that cannot be used, as the end of a sentence about it. */
export type ReadDeploy = Written<DeployAnswer>;

export const readDeployAnswer = (written: string): ReadDeploy =>
  readWritten(written, deployAnswer, () => ", or two values of one name");

/** Why what a command answered is not well; undefined where it is. */
export function problemOf({ outcome, running: now, message }: DeployAnswer): string | undefined {
  if (outcome === "failed") return `says that it failed${message === undefined ? "" : `: ${message}`}`;
  if (now === null) return "says that nothing runs";
  return now.ready < now.wanted ? `says that ${now.ready} of ${now.wanted} instances are ready` : undefined;
}

/** The same of a deploy, after which a certain image is to run. */
export function deployProblemOf(answer: DeployAnswer, image: string): string | undefined {
  const problem = problemOf(answer);
  if (problem !== undefined || answer.running === null) return problem;
  return isSame(answer.running.image, image)
    ? undefined
    : `was to run ${image}, and says that ${answer.running.image} runs`;
}

export const isSame = (one: string, other: string): boolean => digestOf(one) === digestOf(other);

/** What runs, in the form of any rollout. */
export function ranOf({ running: now }: DeployAnswer): Ran | null {
  if (now === null) return null;
  const { image, ready, wanted, revision = 0, since = "", records = {} } = now;
  return { image, revision, generation: revision, ready, wanted, since, records, cause: "" };
}

/** A rollout by a command, of which some is known. */
export const externalRollout = (
  known: Pick<Rollout, "outcome"> & Partial<Rollout> & { readonly problem?: string | undefined },
): Rollout => {
  const { problem, ...rest } = known;
  return {
    ...{ server: "", context: "", namespace: "", before: null, after: null, back: null, changes: [], planned: "" },
    ...{ checks: [], canary: null, drift: [], abandoned: [], revisions: [], waits: "", seconds: 0 },
    ...rest,
    reason: problem === undefined ? null : { code: "external", detail: problem },
  };
};
