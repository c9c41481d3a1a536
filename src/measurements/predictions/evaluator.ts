/**
 * Metrics of one model that are computed many times, with other counts of the same cells each time. What does not depend on
 * the counts, like the order by score, was done when it was made.
 */
export interface Evaluator {
  readonly names: readonly string[];
  /**
   * @param counts of the rows' cells
   * @param into the values in the order of `names`, NaN for a metric that these counts leave undefined
   */
  evaluate(counts: Float64Array, into: Float64Array): void;
}

/** Puts evaluators together; those of which nothing is wanted are never run. */
export function joined(parts: readonly Evaluator[], wanted?: ReadonlySet<string>): Evaluator {
  const used = parts.flatMap((part) => {
    const picks = part.names.flatMap((name, at) => (wanted?.has(name) === false ? [] : [at]));
    return picks.length === 0 ? [] : [{ part, picks, scratch: new Float64Array(part.names.length) }];
  });
  return {
    names: used.flatMap(({ part, picks }) => picks.map((at) => part.names[at] as string)),
    evaluate(counts, into) {
      let next = 0;
      for (const { part, picks, scratch } of used) {
        part.evaluate(counts, scratch);
        for (const at of picks) into[next++] = scratch[at] as number;
      }
    },
  };
}
