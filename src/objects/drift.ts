import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import type { DriftReadings, EstimateReading, MetricReading, TestLine } from "../drift/readings.ts";
import { retrainCall, watched } from "../drift/trigger.ts";
import { tableText } from "../drift/words.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { failureText, passedText } from "../report/text.ts";
import type { StageReport } from "../stages/stage.ts";
import { recordedStages } from "./recorded.ts";
import { failedText, sayOutcome } from "./say-outcome.ts";

/** The part of a comparison that is kept between calls. */
export interface DriftFacts {
  readonly stages: readonly StageReport[];
  /** Absent if a stage failed. */
  readonly readings?: DriftReadings | undefined;
}

const testLine: z.ZodType<TestLine> = z.object({
  column: z.string(),
  role: z.enum(["feature", "label", "prediction", "score"]),
  test: z.enum([
    "Kolmogorov–Smirnov",
    "chi-square",
    "missing values",
    "length of texts",
    "words of texts",
    "unseen words",
  ]),
  effect: z.number(),
  adjustedP: z.number().optional(),
  outcome: z.enum(["drifted", "alike", "inconclusive"]),
});

const estimate = z.object({
  value: z.number(),
  interval: z.object({ low: z.number(), high: z.number() }).optional(),
});

const compared = {
  metric: z.string(),
  accepted: estimate.optional(),
  live: estimate.optional(),
  drop: z.number().optional(),
  z: z.number().optional(),
  tolerance: z.number(),
  note: z.string(),
};

const metricReading: z.ZodType<MetricReading> = z.object({
  ...compared,
  labelled: z.number(),
  outcome: z.enum(["decayed", "kept", "inconclusive"]),
});

const estimateReading: z.ZodType<EstimateReading> = z.object({
  ...compared,
  predictions: z.number(),
  outcome: z.enum(["decayed", "kept", "refused"]),
});

export const recordedDrift = z.object({
  stages: recordedStages,
  readings: z
    .object({
      message: z.string(),
      tests: z.array(testLine),
      metric: metricReading.optional(),
      estimate: estimateReading.optional(),
      limits: z.object({ alpha: z.number(), minSamples: z.number(), minEffect: z.number() }),
    })
    .optional(),
});

/** The comparison of current data, and of live predictions if given, with the reference. */
@object()
export class Drift {
  /**
   * Says what to do: `nothing`, `look` or `retrain`.
   *
   * `look` where the data look broken (a column gone, new or without its numbers, values missing) or nothing could be judged;
   * `retrain` where a column, the label, the predictions or the metric (measured, or estimated from scores) changed.
   */
  @func()
  action: string;

  /** A `DriftFacts` as JSON. */
  private readonly json: string;
  private readonly folder: Directory;

  constructor(action: string, json: string, folder: Directory) {
    this.action = action;
    this.json = json;
    this.folder = folder;
  }

  /** Gives the report folder, as that of a run; `outputs.env` has ACTION, DRIFTED (how many columns), RETRAIN and WATCH (which). */
  @func()
  report(): Directory {
    const { stages, readings } = this.read();
    if (this.action !== "nothing") sayOutcome(`action: ${this.action}`, readings?.message ?? failedText(stages));
    return this.folder;
  }

  /** Gives a table of what was compared, and fails when there is something to do: `Look: …` or `Retrain: …`. */
  @func()
  assert(): string {
    return this.conclusion();
  }

  /** The text of `assert`, with a line on who was told of it. */
  conclusion(told = ""): string {
    const { stages, readings } = this.read();
    if (readings === undefined) throw new UserError(failureText("Look: nothing could be compared.", stages));
    const table = tableText(readings);
    if (this.action !== "nothing") {
      const call = this.action === "retrain" ? retrainCall(watched(this.action, readings.tests)) : "";
      const next = [call === "" ? "" : `Train anew on fresh data: \`${call}\``, told].filter(Boolean);
      const text = [readings.message, table, ...(next.length === 0 ? [] : [next.join("\n")])].join("\n\n");
      throw new UserError(`${text}\n`, "drift-and-monitoring");
    }
    return [passedText(stages), table].join("\n\n");
  }

  private read(): z.output<typeof recordedDrift> {
    return parseJson(this.json, recordedDrift, "the record of the comparison");
  }
}
