import { z } from "zod";

/* What a command from outside is asked; paths are those of its container. */

const metric = z.strictObject({
  value: z.number(),
  low: z.number().optional().describe("The lower end of its interval, where there is one."),
  high: z.number().optional(),
  from: z
    .enum(["predictions", "claim"])
    .describe("Whether it was computed from the predictions, or the evaluation claims it."),
});
export type ExternalMetric = z.output<typeof metric>;

const model = z.strictObject({
  model: z.string().describe("The folder of its files."),
  predictions: z.string().nullable().describe("The file of its predictions; null where there are none."),
  metrics: z.record(z.string(), metric),
});
export type ExternalModel = z.output<typeof model>;

const about = {
  schemaVersion: z.literal(1),
  name: z.string().describe("The name that it has in the configuration."),
  settings: z.record(z.string(), z.unknown()).describe("As the configuration has them."),
  data: z.string().describe("The folder of the data."),
};

export const externalRequest = z
  .discriminatedUnion("kind", [
    z.strictObject({
      ...about,
      kind: z.literal("gate"),
      candidate: model,
      baseline: model.nullable().describe("Null where there is none."),
    }),
    z.strictObject({ ...about, kind: z.literal("data-rule") }),
  ])
  .describe("What a gate or a rule from outside reads from its standard input.");
export type ExternalRequest = z.output<typeof externalRequest>;
