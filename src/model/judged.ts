import { z } from "zod";
import { isObject } from "../json.ts";
import { counted } from "../text.ts";

/** What a verdict is about. Equal projects give equal values on every machine and on both engines. */
export const judgedSchema = z.strictObject({
  /** Content hashes, `sha256:…`: of the code that trains, evaluates and serves, of the data, and of the model's files. */
  source: z.string(),
  data: z.string(),
  model: z.string(),
  /** Content hash of the code without files of configuration; absent in manifests of earlier versions. */
  code: z.string().exactOptional(),
  /** Content hash of the part of the code that the image takes. */
  image: z.string(),
  /** Content hash of the tests and cases that judge a model. */
  cases: z.string(),
  environment: z.strictObject({
    python: z.string(),
    image: z.string(),
    /** Hash of the files that lock the dependencies. */
    dependencies: z.string(),
    /** Versions of the pipeline's own tools. */
    tools: z.record(z.string(), z.string()),
  }),
  /** The gates, how predictions are evaluated, and the rules on data, with all defaults. */
  settings: z.record(z.string(), z.unknown()),
  /** Hash of the policy's file; absent without a policy. */
  policy: z.string().optional(),
});

export type Judged = z.output<typeof judgedSchema>;

/** What is known without data and model. */
export type Conditions = Omit<Judged, "source" | "data" | "model">;

/** How many settings a message names. */
const MAX_SETTINGS = 5;

/** In what the project that a model is to be published from differs from what its gates judged, each as the part of a sentence. */
export function differences(judged: Judged, here: Conditions & Pick<Judged, "source">): string[] {
  const [before, now] = [judged.environment, here.environment];
  return [
    ...hashDifference(
      "the project's code (all but tests, documents and settings of tools)",
      judged.source,
      here.source,
    ),
    ...(judged.source === here.source
      ? hashDifference("what the image takes of the code (.dockerignore)", judged.image, here.image)
      : []),
    ...hashDifference(
      "the tests and cases that judge a model (tests/model, failure modes, shadow requests)",
      judged.cases,
      here.cases,
    ),
    // The name of the image has the version, too.
    ...(before.python !== now.python
      ? [`Python was ${before.python} and is ${now.python}`]
      : valueDifference("the base image", before.image, now.image)),
    ...hashDifference("the locked dependencies", before.dependencies, now.dependencies),
    ...toolDifferences(before.tools, now.tools),
    ...settingDifferences(judged.settings, here.settings),
    ...policyDifference(judged.policy, here.policy),
  ];
}

const hashDifference = (what: string, before: string, now: string): string[] =>
  before === now ? [] : [`${what}: judged ${shortHash(before)}, here ${shortHash(now)}`];

const valueDifference = (what: string, before: string | undefined, now: string | undefined): string[] =>
  before === now ? [] : [`${what} was ${before ?? "not set"} and is ${now ?? "not set"}`];

const toolDifferences = (before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>): string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((tool) =>
    valueDifference(`the tool ${tool}`, before[tool], now[tool]),
  );

function settingDifferences(before: unknown, now: unknown): string[] {
  const all = leafDifferences("", before, now);
  const more = all.length - MAX_SETTINGS;
  return more > 0 ? [...all.slice(0, MAX_SETTINGS), `${counted(more, "more setting")}`] : all;
}

/** The settings that differ, by their keys. Lists are one value each. */
export function leafDifferences(path: string, before: unknown, now: unknown): string[] {
  if (isObject(before) || isObject(now)) {
    const [a, b] = [isObject(before) ? before : {}, isObject(now) ? now : {}];
    const inner = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
    const differing = inner.flatMap((key) => leafDifferences(path === "" ? key : `${path}.${key}`, a[key], b[key]));
    // A table without keys differs from none, as a gate that is configured does from one that is not.
    return differing.length > 0 || isObject(before) === isObject(now)
      ? differing
      : valueDifference(path, shown(before), shown(now));
  }
  return valueDifference(path, shown(before), shown(now));
}

const shown = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value));

function policyDifference(before: string | undefined, now: string | undefined): string[] {
  if (before === now) return [];
  if (before === undefined) return ["it was judged without the policy (--policy)"];
  return now === undefined
    ? ["it was judged with a policy, and none is given here (--policy)"]
    : [`the policy: judged ${shortHash(before)}, here ${shortHash(now)}`];
}

/** Enough of a hash to tell it from another. */
export const shortHash = (hash: string): string => hash.slice(0, "sha256:".length + 12);
