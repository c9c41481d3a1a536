import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { GateResult } from "../gates/result.ts";
import { parseJson } from "../json.ts";
import { failureText, passedText } from "../report/text.ts";
import type { StageReport } from "../stages/stage.ts";
import { recordedGates, recordedStages } from "./recorded.ts";
import { type GateRecord, gateRecord } from "./stage-record.ts";

/** The part of an evaluation that is kept between calls. */
export interface EvaluationFacts {
  readonly stages: readonly StageReport[];
  readonly gates: readonly GateResult[];
}

export const recordedEvaluation = z.object({ stages: recordedStages, gates: recordedGates });

/** The evaluation of a model by its gates, and against a baseline if given. */
@object()
export class Evaluation {
  /** Whether every required gate passed. */
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

  /** All gates, in the order in which they ran. */
  @func()
  gates(): GateRecord[] {
    return this.read().gates.map(gateRecord);
  }

  /** The report folder, as that of a run. */
  @func()
  report(): Directory {
    return this.folder;
  }

  /** Returns the results of all stages and gates. Fails if a required gate failed, with its number and its limit. */
  @func()
  assert(): string {
    const { stages, gates } = this.read();
    if (!this.shouldDeploy) throw new UserError(failureText("The model is held back.", stages));
    const lines = gates.map(({ id, status, message }) => `  ${id} ${status}: ${message}`);
    return [passedText(stages), ...lines].join("\n");
  }

  private read(): z.output<typeof recordedEvaluation> {
    return parseJson(this.json, recordedEvaluation, "the record of the evaluation");
  }
}
