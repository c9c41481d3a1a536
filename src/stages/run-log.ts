import type { GateResult, Verdict } from "../gates/result.ts";
import { failedStage, type Stage, type StageReport, skippedStage } from "./stage.ts";
import type { TestEvidence } from "./test.ts";

/** Collects what happens in a run, so that the pipeline itself reads as a list of steps. */
export class RunLog {
  readonly #stages: StageReport[] = [];
  readonly tests: TestEvidence[] = [];
  gates: readonly GateResult[] = [];

  /** Waits for a stage, notes its report, and hands on its value; undefined when it failed or was skipped. */
  async add<T>(stage: Promise<Stage<T>>): Promise<T | undefined> {
    const { report, value } = await stage;
    this.#stages.push(report);
    return value;
  }

  /** As `add`, for a layer of tests: what it left behind is kept, passed or failed. */
  async addTests(stage: Promise<Stage<TestEvidence>>): Promise<void> {
    const evidence = await this.add(stage);
    if (evidence !== undefined) this.tests.push(evidence);
  }

  /** The first stage that failed. */
  get failed(): StageReport | undefined {
    return failedStage(this.#stages);
  }

  get verdict(): Verdict {
    return this.failed === undefined ? "passed" : "failed";
  }

  /** All planned stages in the order of the plan; one that was not reached is skipped and says after which failure. */
  stages(plan: readonly string[]): StageReport[] {
    const reached = new Map(this.#stages.map((stage) => [stage.name, stage]));
    return plan.map((name) => reached.get(name) ?? skippedStage(name, `after ${this.failed?.name} failed`).report);
  }
}
