import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { parseJson } from "../json.ts";
import { decide } from "../stages/decide.ts";
import type { Run } from "./run.ts";
import { sayOutcome } from "./say-outcome.ts";

/** What of a report says how a retraining ended. */
export const recordedRetraining = z.object({
  verdict: z.enum(["passed", "failed"]),
  failure: z.object({ stage: z.string(), message: z.string() }).optional(),
  retraining: z
    .object({
      decision: z
        .object({ deploy: z.boolean(), code: z.string(), reason: z.string(), forcedBy: z.string().exactOptional() })
        .exactOptional(),
    })
    .optional(),
});

/** The record of a retraining: whether the new model takes the accepted one's place, and why. */
@object()
export class Retraining {
  /** The content of `report.json`. */
  private readonly json: string;
  private readonly whole: Run;

  constructor(json: string, whole: Run) {
    this.json = json;
    this.whole = whole;
  }

  /**
   * Says how it ended: `deploy`, `keep` or `failed`.
   *
   * `keep` where all went well and the accepted model stays, since the new one is not better; `failed` where anything is broken: the
   * window, the project, the model, or its way out.
   */
  @func()
  outcome(): string {
    return outcomeOf(this.read());
  }

  /** Says whether the new model takes the accepted one's place. */
  @func()
  shouldDeploy(): boolean {
    return this.outcome() === "deploy";
  }

  /** Says why, in one sentence. */
  @func()
  reason(): string {
    const { failure, retraining } = this.read();
    return this.outcome() === "failed"
      ? `${failure?.stage ?? "the run"} failed: ${failure?.message ?? ""}`
      : (retraining?.decision?.reason ?? "");
  }

  /** Gives the whole run: its stages, gates, model, image and predictions. */
  @func()
  run(): Run {
    return this.whole;
  }

  /** Gives the report folder, as that of a run, with metrics.json: both models side by side on the fresh rows and the fixed test set. */
  @func()
  report(): Directory {
    const outcome = this.outcome();
    if (outcome !== "deploy") sayOutcome(`outcome: ${outcome}`, this.reason());
    return this.whole.reportFolder();
  }

  /** Says what was decided, with a line for each stage; fails where anything is broken, and not where the accepted model stays. */
  @func()
  assert(): string {
    const read = this.read();
    const outcome = outcomeOf(read);
    const { reason = "", forcedBy } = read.retraining?.decision ?? {};
    if (outcome === "keep") return `The accepted model stays: ${reason}.`;
    if (outcome === "failed") return this.whole.conclusion();
    const head = forcedBy === undefined ? `The new model goes out: ${reason}.` : `Forced by ${forcedBy}: ${reason}.`;
    return [head, "", this.whole.conclusion()].join("\n");
  }

  private read(): z.output<typeof recordedRetraining> {
    return parseJson(this.json, recordedRetraining, "the report of the retraining");
  }
}

/** A decision that keeps the accepted model fails its stage, so that nothing goes out; for a caller nothing has failed. */
function outcomeOf({
  verdict,
  failure,
  retraining,
}: z.output<typeof recordedRetraining>): "deploy" | "keep" | "failed" {
  const { decision } = retraining ?? {};
  if (verdict === "passed" && decision?.deploy === true) return "deploy";
  return decision?.deploy === false && failure?.stage === decide.name ? "keep" : "failed";
}
