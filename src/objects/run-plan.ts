import { type Directory, dag, type float, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import type { RunPlan as Planned } from "../cost/plan.ts";
import { parseJson } from "../json.ts";
import { planSentence, planText } from "../report/plan.ts";

const spread = z.object({ low: z.number(), middle: z.number(), high: z.number() });

export const recordedPlan: z.ZodType<Planned> = z.object({
  schemaVersion: z.literal(1),
  currency: z.string(),
  stages: z.array(
    z.object({
      name: z.string(),
      state: z.enum(["runs", "cached", "skipped", "unknown"]),
      seconds: spread.exactOptional(),
      runs: z.number(),
      guessed: z.string().exactOptional(),
      cost: spread.exactOptional(),
    }),
  ),
  seconds: spread.exactOptional(),
  cost: spread.exactOptional(),
  runs: z.number(),
  guesses: z.array(z.string()),
  power: z
    .object({
      metric: z.string(),
      allowedLoss: z.number(),
      rows: z.number(),
      passes: z.number(),
      undecided: z.number(),
      rowsNeeded: z.number(),
      power: z.number(),
      by: z.enum(["pairs", "one model"]),
      run: z.string(),
    })
    .exactOptional(),
});

/** What a run will take and cost, by what earlier runs took. */
@object()
export class RunPlan {
  /** A `RunPlan` of the cost room as JSON. */
  private readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  /** Says in one sentence how long the run takes and what it costs. */
  @func()
  sentence(): string {
    return planSentence(this.read());
  }

  /** Says the same with a line for each stage, and what is assumed. */
  @func()
  text(): string {
    return planText(this.read());
  }

  /** Gives the seconds that the run takes, as the middle of what is known; -1 where nothing is. */
  @func()
  seconds(): float {
    return this.read().seconds?.middle ?? UNKNOWN;
  }

  /** Gives what the run costs, as the middle of what is known, in the currency of the prices; -1 where nothing is. */
  @func()
  cost(): float {
    return this.read().cost?.middle ?? UNKNOWN;
  }

  /** Lists the stages that nobody has timed. */
  @func()
  untimed(): string[] {
    return this.read().stages.flatMap(({ name, state }) => (state === "unknown" ? [name] : []));
  }

  /** Gives a folder with plan.txt and plan.json, which has the ends of every number as well. */
  @func()
  report(): Directory {
    const plan = this.read();
    return dag
      .directory()
      .withNewFile("plan.txt", `${planText(plan)}\n`)
      .withNewFile("plan.json", `${JSON.stringify(plan, null, 2)}\n`);
  }

  private read(): Planned {
    return parseJson(this.json, recordedPlan, "the plan of the run");
  }
}

const UNKNOWN = -1;
