import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { GateResult } from "../gates/result.ts";
import { parseJson } from "../json.ts";
import { failureText, passedText } from "../report/text.ts";
import type { StageReport } from "../stages/stage.ts";
import { recordedGates, recordedStages } from "./recorded.ts";
import { failedText, sayOutcome } from "./say-outcome.ts";
import { type Gate, gate } from "./stage.ts";

/** The part of an evaluation that is kept between calls. */
export interface EvaluationFacts {
  readonly stages: readonly StageReport[];
  readonly gates: readonly GateResult[];
  /** Why it is held back although its gates passed; empty for a model that may go on. */
  readonly heldBack: string;
}

export const recordedEvaluation = z.object({ stages: recordedStages, gates: recordedGates, heldBack: z.string() });

/** The evaluation of a model by its gates, and against a baseline if given. */
@object()
export class Evaluation {
  /** Says whether every required gate passed. */
  @func()
  shouldDeploy: boolean;

  /** An `EvaluationFacts` as JSON. */
  private readonly json: string;
  private readonly folder: Directory;

  constructor(shouldDeploy: boolean, json: string, folder: Directory) {
    this.shouldDeploy = shouldDeploy;
    this.json = json;
    this.folder = folder;
  }

  /** Lists all gates in the order in which they were asked. */
  @func()
  gates(): Gate[] {
    return this.read().gates.map(gate);
  }

  /** Gives the report folder, as that of a run. */
  @func()
  report(): Directory {
    const { stages, heldBack } = this.read();
    if (!this.shouldDeploy) sayOutcome("held back", heldBack || failedText(stages));
    return this.folder;
  }

  /** Gives what each stage and gate found; fails when a required gate did, with the gate, the number and the limit. */
  @func()
  assert(): string {
    const { stages, gates, heldBack } = this.read();
    if (heldBack !== "") throw new UserError(`The model is held back: ${heldBack}.`, "your-project");
    if (!this.shouldDeploy) throw new UserError(failureText("The model is held back.", stages));
    const lines = gates.map(({ id, status, message }) => `  ${id} ${status}: ${message}`);
    return [passedText(stages), ...lines].join("\n");
  }

  private read(): z.output<typeof recordedEvaluation> {
    return parseJson(this.json, recordedEvaluation, "the record of the evaluation");
  }
}
