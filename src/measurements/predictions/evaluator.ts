/**
 * Computes one model's metrics many times, each time with other counts of the same cells. Work that does not depend on
 * the counts, such as sorting by score, is done once when it is created.
 */
export interface Evaluator {
  readonly names: readonly string[];
  /**
   * @param counts of the rows' cells
   * @param into the values in the order of `names`, NaN for a metric that these counts leave undefined
   */
  evaluate(counts: Float64Array, into: Float64Array): void;
}

/** Combines evaluators; one without a wanted metric never runs. */
export function joined(evaluators: readonly Evaluator[], wanted?: ReadonlySet<string>): Evaluator {
  const used = evaluators.flatMap((evaluator) => {
    const picks = evaluator.names.flatMap((name, at) => (wanted?.has(name) === false ? [] : [at]));
    return picks.length === 0 ? [] : [{ evaluator, picks, scratch: new Float64Array(evaluator.names.length) }];
  });
  return {
    names: used.flatMap(({ evaluator, picks }) => picks.map((at) => evaluator.names[at] as string)),
    evaluate(counts, into) {
      let next = 0;
      for (const { evaluator, picks, scratch } of used) {
        evaluator.evaluate(counts, scratch);
        for (const at of picks) into[next++] = scratch[at] as number;
      }
    },
  };
}
