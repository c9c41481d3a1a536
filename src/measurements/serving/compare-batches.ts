import { cut, predictionOf, refusalText } from "./case-files.ts";
import type { Answer, BatchAnswer } from "./predict.ts";
import type { BatchedRows } from "./served.ts";
import { sameValue } from "./values.ts";

export interface CompareBatches {
  readonly regression: boolean;
  /** Numbers agree when they differ by at most this share of the larger one. */
  readonly tolerance: number;
}

/** What a batch of another size rounds otherwise. */
const ROUNDING = 1e-6;

/**
 * Whether a server answers rows in a batch as it answers each alone: all of them, and in their order.
 *
 * @param answers by the places that batches name
 */
export function compareBatches(
  answers: readonly (Answer | undefined)[],
  batches: readonly BatchAnswer[],
  { regression, tolerance }: CompareBatches,
): BatchedRows | undefined {
  const alike = (a: number, b: number): boolean =>
    regression || !(Number.isInteger(a) && Number.isInteger(b))
      ? Math.abs(a - b) <= ROUNDING + tolerance * Math.max(Math.abs(a), Math.abs(b))
      : a === b;
  const compared = batches.flatMap(({ places, answer }) => {
    const whole = answer.predictions;
    return places.map((place, index): { agrees: boolean; why: () => string } => {
      const alone = answers[place];
      const single = alone === undefined ? undefined : predictionOf(alone);
      return {
        agrees: whole !== undefined && sameValue(whole[index], single, alike),
        why: () => (whole === undefined ? cut(refusalText(answer)) : otherText(whole[index], single)),
      };
    });
  });
  if (compared.length === 0) return undefined;
  const example = compared.find(({ agrees }) => !agrees)?.why();
  return {
    rows: compared.length,
    agreed: compared.filter(({ agrees }) => agrees).length,
    size: Math.max(...batches.map(({ places }) => places.length)),
    ...(example === undefined ? {} : { example }),
  };
}

const otherText = (batched: unknown, single: unknown): string =>
  cut(`${JSON.stringify(batched)} in a batch, ${JSON.stringify(single)} alone`);
