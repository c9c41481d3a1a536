import type { Container } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../../containers/commands.ts";
import { LOAD_TOOLS, RESULTS } from "../../containers/paths.ts";
import { programPath, withProgram } from "../../containers/programs.ts";
import { withTools } from "../../containers/tools.ts";
import { parseJson } from "../../json.ts";
import { compareLatency, latencyQuantiles } from "../../statistics/latency.ts";
import type { MeasurementContext } from "../context.ts";
import { broken, type Measured, notServed, present } from "../measured.ts";
import { cut } from "./case-files.ts";
import { withInstances } from "./instances.ts";
import type { Latencies, LoadTest, ServedLoad } from "./load.ts";
import { clientSpec, endedSchema, runClient, shownRequests, withServed } from "./service.ts";
import type { LoadSettings } from "./settings.ts";

export interface ServedImages {
  readonly candidate: Container;
  readonly baseline?: Container | undefined;
}

/**
 * The output of `load_test.py` for one model; times in milliseconds, in the order of the requests, null for a failed
 * one.
 */
export interface RawLoad {
  readonly single: readonly (number | null)[];
  /** Empty of a server that takes one row a request. */
  readonly batch: readonly (number | null)[];
  /** Answers to several concurrent clients, and the seconds that they took. */
  readonly answered: number;
  readonly seconds: number;
  readonly readySeconds: number | null;
  readonly peakMemoryBytes?: number | null;
  readonly errors: number;
  readonly examples: readonly string[];
  /** The beginning of the first body that was not answered as it should. */
  readonly request?: string | null;
}

const timesSchema = z.array(z.number().nullable());

export const rawLoadSchema: z.ZodType<RawLoad> = z.object({
  single: timesSchema,
  batch: timesSchema,
  answered: z.number(),
  seconds: z.number(),
  readySeconds: z.number().nullable(),
  peakMemoryBytes: z.number().nullish(),
  errors: z.number(),
  examples: z.array(z.string()),
  request: z.string().nullish(),
});

export const rawLoadTestSchema = z.object({
  models: z.object({ candidate: rawLoadSchema, baseline: rawLoadSchema.optional() }).optional(),
  error: z.string().optional(),
  ended: endedSchema.optional(),
});
type RawLoadTest = z.output<typeof rawLoadTestSchema>;

const INSTANCES = 200;
/** Time to measure one model, without its start; a slow one gets fewer requests. */
const BUDGET_SECONDS = 10;
const SEED = 1;
const RESAMPLES = 1000;
const PROGRAM = programPath("load_test.py");

/** Loads the served images with Locust: single requests, batches, several clients at once; candidate and baseline in turn. */
export async function measureLoad(
  context: MeasurementContext,
  { candidate, baseline }: ServedImages,
  settings: LoadSettings,
): Promise<Measured<LoadTest>> {
  const images = { candidate, ...(baseline === undefined ? {} : { baseline }) };
  const asked = await clientSpec(images, context.limits);
  const { container, file, rows } = await withInstances(context, INSTANCES);
  const spec = {
    ...asked,
    instances: file,
    rows,
    results: `${RESULTS}/load.json`,
    ...settings,
    budgetSeconds: BUDGET_SECONDS,
  };
  const tooled = withTools(container, LOAD_TOOLS, context);
  const client = withProgram(await withServed(tooled, images, context.limits), "load_test.py");
  const command = {
    name: "load",
    args: ["python3", PROGRAM, JSON.stringify(spec)],
    // Locust's HTTP client already cooperates with gevent, so the standard library need not be patched; patching costs
    // start-up time and memory.
    env: { PYTHONPATH: LOAD_TOOLS, LOCUST_SKIP_MONKEY_PATCH: "1" },
    shown: `locust: ${shownRequests(asked.protocols)}`,
  };
  const response = await runClient<RawLoadTest>(context, images, async () => {
    const run = await runCommands(client, [command], {
      since: context.since,
      limits: context.limits,
    });
    if (!run.ok) return { output: undefined, run };
    return { output: parseJson(await run.results.file("load.json").contents(), rawLoadTestSchema, "load.json"), run };
  });
  if ("reason" in response) return notServed(response);
  const { models } = response.output;
  if (models === undefined) return broken("the load test wrote nothing", response.run);
  const unanswered = [models.candidate, models.baseline].find((one) => one !== undefined && answersNothing(one));
  if (unanswered !== undefined) {
    const { examples, request } = unanswered;
    const sent = request ? `; it was sent ${cut(request)}` : "";
    return broken(`the served model answers no request as it should: ${examples.join("; ")}${sent}`, response.run);
  }
  return present(toLoadTest(models, settings, context.config.evaluation.confidence), response.run);
}

const answersNothing = ({ single, batch }: RawLoad): boolean =>
  answered(single).length === 0 || (batch.length > 0 && answered(batch).length === 0);

export function toLoadTest(
  { candidate, baseline }: { readonly candidate: RawLoad; readonly baseline?: RawLoad | undefined },
  settings: LoadSettings,
  confidence: number,
): LoadTest {
  const ours = toServedLoad(candidate, settings, confidence);
  if (baseline === undefined) return { candidate: ours, confidence };
  // A pair is dropped when one of its two requests was not answered.
  const pairs = candidate.single.flatMap((our, index): [number, number][] => {
    const their = baseline.single[index] ?? null;
    return our === null || their === null ? [] : [[our, their]];
  });
  const [our, their] = [pairs.map((pair) => pair[0]), pairs.map((pair) => pair[1])];
  return {
    ...{ candidate: ours, confidence },
    baseline: toServedLoad(baseline, settings, confidence),
    ...(pairs.length === 0
      ? {}
      : { comparison: compareLatency(our, their, { resamples: RESAMPLES, confidence, seed: SEED }) }),
  };
}

const answered = (times: readonly (number | null)[]): number[] => times.filter((time) => time !== null);

function toServedLoad(raw: RawLoad, { batchSize, users }: LoadSettings, confidence: number): ServedLoad {
  const batch = raw.batch.length === 0 ? undefined : toLatencies(answered(raw.batch), confidence);
  return {
    single: toLatencies(answered(raw.single), confidence),
    ...(batch === undefined ? {} : { batch: { ...batch, size: batchSize, perSample: batch.p95 / batchSize } }),
    throughput: { users, perSecond: raw.seconds === 0 ? 0 : raw.answered / raw.seconds },
    ...(raw.peakMemoryBytes ? { peakMemoryBytes: raw.peakMemoryBytes } : {}),
    ...(raw.readySeconds === null ? {} : { readySeconds: raw.readySeconds }),
    errors: { count: raw.errors, examples: raw.examples },
  };
}

function toLatencies(samples: readonly number[], confidence: number): Latencies {
  const { p50, p95, p99 } = latencyQuantiles(samples, confidence);
  return {
    p50: p50.value,
    p95: p95.value,
    ...(p99 === undefined ? {} : { p99: p99.value }),
    ...(p95.interval === undefined ? {} : { interval: p95.interval }),
    samples,
  };
}
