/** Bins of equal width of the expected calibration error, and of all that says how a score is calibrated. */
export const CALIBRATION_BINS = 10;

/**
 * The bin of a score from 0 to 1 among `bins` of equal width. A score on an edge is in the lower bin, as in scikit-learn's
 * calibration_curve and in C. Guo et al., On calibration of modern neural networks (2017); 0 is in the first.
 */
export function scoreBin(score: number, bins: number): number {
  const bin = Math.min(bins - 1, Math.max(0, Math.ceil(score * bins) - 1));
  // The product is rounded: 0.07 * 100 is over 7.
  return bin > 0 && score <= bin / bins ? bin - 1 : bin;
}
