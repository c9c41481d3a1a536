import type { Answer } from "../../../../src/measurements/serving/predict.ts";

/** An answer with these predictions, as `ask_models.py` tells of it. */
export const answered = (predictions: readonly unknown[], seconds = 0.001): Answer => ({
  ...{ status: 200, text: JSON.stringify({ predictions }), seconds },
  predictions,
});

/** An answer with status 200 that has no predictions. */
export const unreadable = (problem: string): Answer => ({ status: 200, text: "<h1>", seconds: 0, problem });
