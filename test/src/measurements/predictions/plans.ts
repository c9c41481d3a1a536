import type { MeasurementPlan, ModelPlan } from "../../../../src/measurements/predictions/plan.ts";

/** A model without scores. */
export const model = (changes: Partial<ModelPlan> = {}): ModelPlan => ({
  role: "candidate",
  table: "t",
  rows: 4,
  score: "none",
  scores: [],
  quantiles: [],
  hasId: false,
  ...changes,
});

/** A plan for two classes. */
export const plan = (changes: Partial<MeasurementPlan> = {}): MeasurementPlan => ({
  task: "classification",
  classes: ["no", "yes"],
  positive: "yes",
  spellings: [],
  guessedLabels: undefined,
  zeroLabels: 0,
  group: undefined,
  weight: undefined,
  models: [model()],
  groupings: [],
  absentColumns: [],
  ...changes,
});
