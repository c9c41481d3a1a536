import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { parseJson } from "../json.ts";
import { assertSelfTest } from "../report/self-test.ts";
import { assertStages } from "../report/text.ts";
import { SELF_TEST, TRIAL_OUTCOMES, type Trial } from "../stages/self-test.ts";
import type { SelfTest as Found, Sensitivity } from "../stages/sensitivity.ts";
import { type RecordedStage, recordedStages } from "./recorded.ts";

const trial: z.ZodType<Trial> = z.object({
  gate: z.string(),
  mutant: z.string(),
  outcome: z.enum(TRIAL_OUTCOMES),
  message: z.string(),
});

export const recordedSensitivity: z.ZodType<Sensitivity> = z.object({
  gate: z.string(),
  harm: z.string(),
  unit: z.string(),
  smallest: z.number().exactOptional(),
  note: z.string(),
});

/** The part of a self-test that is kept between calls. */
export interface SelfTestFacts {
  readonly stages: readonly RecordedStage[];
  /** Absent if the model could not be evaluated. */
  readonly found?: Found | undefined;
}

export const recordedFound: z.ZodType<Found> = z.object({
  trials: z.array(trial),
  sensitivity: z.array(recordedSensitivity),
});

export const recordedSelfTest: z.ZodType<SelfTestFacts> = z.object({
  stages: recordedStages,
  found: recordedFound.optional(),
});

/** Whether the gates can block, and the smallest harm that each of them catches. */
@object()
export class SelfTest {
  /** A `SelfTestFacts` as JSON. */
  private readonly json: string;
  private readonly folder: Directory;

  constructor(json: string, folder: Directory) {
    this.json = json;
    this.folder = folder;
  }

  /** Gives the report folder, as that of a run; `report.json` has the harms (`selfTest.sensitivity`). */
  @func()
  report(): Directory {
    return this.folder;
  }

  /** Gives a line for each spoiled model, and for the smallest harm that each gate catches; fails when a gate let one through. */
  @func()
  assert(): string {
    const { stages, found } = parseJson(this.json, recordedSelfTest, "the record of the self-test");
    const tested = stages.find(({ name }) => name === SELF_TEST.name);
    return found === undefined ? assertStages(stages) : assertSelfTest(found, tested?.warnings);
  }
}
