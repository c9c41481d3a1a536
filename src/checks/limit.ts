/** The range that a value must stay in; both ends are included. */
export interface Limit {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export const isOutside = (value: number, { min = -Infinity, max = Infinity }: Limit): boolean =>
  value < min || value > max;

/**
 * `at least 0.85`, `at most 0.4`, or both.
 *
 * @param shown formats one end, for example with its unit
 */
export const limitText = ({ min, max }: Limit, shown: (end: number) => string = String): string =>
  [
    ...(min === undefined ? [] : [`at least ${shown(min)}`]),
    ...(max === undefined ? [] : [`at most ${shown(max)}`]),
  ].join(", ");
