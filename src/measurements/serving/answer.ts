import { z } from "zod";
import { jsonOf } from "../../json.ts";
import { type ClassValue, sameClass } from "../predictions/class-names.ts";

const answerSchema = z.object({ predictions: z.array(z.unknown()) });

/**
 * What is wrong with a served model's answer to one instance; empty when nothing is. The answer must be
 * `{"predictions": [...]}` with one prediction that is not empty, finite, and of the class set.
 *
 * @param classes what the model may answer; anything when absent
 */
export function answerFindings(text: string, classes: readonly ClassValue[] | undefined): string[] {
  // Python's NaN and Infinity are not JSON, so an answer that has one does not parse.
  const answer = answerSchema.safeParse(jsonOf(text));
  if (!answer.success) return [`expected {"predictions": [...]}, got ${cut(text)}`];
  const { predictions } = answer.data;
  if (predictions.length !== 1) return [`one instance was sent, ${predictions.length} predictions came back`];
  const [prediction] = predictions;
  if (prediction === null || prediction === "") return ["the prediction is empty"];
  // JSON.parse turns a number that is too large into Infinity.
  if (typeof prediction === "number" && !Number.isFinite(prediction)) return ["the prediction is not a finite number"];
  if (classes !== undefined && !classes.some((one) => isClass(one, prediction))) {
    return [`the prediction ${JSON.stringify(prediction)} is not one of gates.schema.classes (${classes.join(", ")})`];
  }
  return [];
}

/** JavaScript writes the class `1.0` of a numeric model as 1, and Python writes True. */
const isClass = (name: ClassValue, prediction: unknown): boolean => sameClass(name, String(prediction));

const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text || "an empty answer");
