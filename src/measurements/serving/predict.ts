import type { Container } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../../containers/commands.ts";
import { RESULTS } from "../../containers/paths.ts";
import { programPath, withProgram } from "../../containers/programs.ts";
import { parseJson } from "../../json.ts";
import type { MeasurementContext } from "../context.ts";
import type { Instances } from "./instances.ts";
import {
  type ClientResult,
  clientSpec,
  type Ended,
  endedSchema,
  runClient,
  shownRequests,
  withServed,
} from "./service.ts";

/** The output of `ask_models.py`. */
export interface Answers {
  readonly health: Readonly<Record<string, { readonly status: number; readonly seconds: number }>>;
  /** By the model's name: an answer for each request, in their order. */
  readonly answers: Readonly<Record<string, readonly Answer[]>>;
  /** The same for batches, where some were asked for. */
  readonly batches?: Readonly<Record<string, readonly BatchAnswer[]>> | undefined;
  readonly error?: string | undefined;
  readonly ended?: Ended | undefined;
}

/** The answer to several instances in one request. */
export interface BatchAnswer {
  /** Which instances, by their places among all requests. */
  readonly places: readonly number[];
  readonly answer: Answer;
}

/** Status 0 means that there was no answer: `text` says why. */
export interface Answer {
  readonly status: number;
  /** Its beginning. */
  readonly text: string;
  readonly seconds: number;
  /** As many as rows were sent; absent where the answer has not so many. */
  readonly predictions?: readonly unknown[] | undefined;
  /** Why an answer with status 200 has none. */
  readonly problem?: string | undefined;
  /** The beginning of the body that was sent, of the first answer and where there are no predictions. */
  readonly request?: string | undefined;
}

const answerSchema = z.object({
  status: z.number(),
  text: z.string(),
  seconds: z.number(),
  predictions: z.array(z.unknown()).optional(),
  problem: z.string().optional(),
  request: z.string().optional(),
});

export const answersSchema: z.ZodType<Answers> = z.object({
  health: z.record(z.string(), z.object({ status: z.number(), seconds: z.number() })),
  answers: z.record(z.string(), z.array(answerSchema)),
  batches: z.record(z.string(), z.array(z.object({ places: z.array(z.number()), answer: answerSchema }))).optional(),
  error: z.string().optional(),
  ended: endedSchema.optional(),
});

export interface RequestOptions {
  /** The number of instances to send, the first ones; all when absent. */
  readonly limit?: number | undefined;
  /**
   * Requests a second, or as the file recorded them; when absent, the next request follows once all models have
   * answered.
   */
  readonly pace?: number | "recorded" | undefined;
  /** A model that is asked all of it once more afterwards; its second answers are those of `again`. */
  readonly again?: string | undefined;
  /** So many of the instances that were answered are sent in one request afterwards; none are when absent. */
  readonly batch?: number | undefined;
}

const PROGRAM = programPath("ask_models.py");

/** Sends the instances one after the other, each to all images at once. */
export async function requestPredictions(
  context: MeasurementContext,
  images: Readonly<Record<string, Container>>,
  { container, file, rows }: Instances,
  { limit, pace, again, batch }: RequestOptions,
): Promise<ClientResult<Answers>> {
  const asked = await clientSpec(images, context.limits);
  const spec = {
    ...asked,
    instances: file,
    rows,
    results: `${RESULTS}/answers.json`,
    ...(limit === undefined ? {} : { most: limit }),
    ...(pace === undefined ? {} : { pace }),
    ...(again === undefined ? {} : { again }),
    ...(batch === undefined ? {} : { batch }),
  };
  const client = withProgram(await withServed(container, images, context.limits), "ask_models.py");
  const command = {
    name: "ask",
    args: ["python3", PROGRAM, JSON.stringify(spec)],
    shown: shownRequests(asked.protocols),
  };
  return runClient<Answers>(context, images, async () => {
    const run = await runCommands(client, [command], {
      since: context.since,
      limits: context.limits,
    });
    if (!run.ok) return { output: undefined, run };
    return { output: parseJson(await run.results.file("answers.json").contents(), answersSchema, "answers.json"), run };
  });
}
