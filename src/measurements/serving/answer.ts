import { type ClassValue, sameClass } from "../predictions/class-names.ts";
import type { Answer } from "./predict.ts";
import { readings } from "./readings.ts";

/**
 * What is wrong with a served model's answer to one instance; empty when nothing is. It must have one prediction that is not empty, and of
 * the class set.
 *
 * @param classes what the model may answer; anything when absent
 */
export function answerFindings({ predictions, problem }: Answer, classes: readonly ClassValue[] | undefined): string[] {
  if (predictions === undefined) return [problem ?? "there is no prediction"];
  const [prediction] = predictions;
  if (prediction === null || prediction === "") return ["the prediction is empty"];
  if (classes !== undefined && !classes.some((one) => readings(prediction).some((read) => isClass(one, read)))) {
    return [`the prediction ${JSON.stringify(prediction)} is not one of gates.schema.classes (${classes.join(", ")})`];
  }
  return [];
}

/** JavaScript writes the class `1.0` of a numeric model as 1, and Python writes True. */
const isClass = (name: ClassValue, prediction: unknown): boolean => sameClass(name, String(prediction));
