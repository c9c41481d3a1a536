import { meanOf } from "./classification.ts";
import { type Evaluator, joined } from "./evaluator.ts";
import type { RegressionAnswers, RegressionRows } from "./rows.ts";

/**
 * The metrics of a regression model, as scikit-learn 1.9 defines them: `mae`, `rmse`, `r2`, and `mape` as a share (0.1
 * is ten percent). `r2` is undefined when all labels are equal, and every metric without rows.
 */
export function regressionEvaluator(rows: RegressionRows, model: number, wanted?: ReadonlySet<string>): Evaluator {
  const answers = rows.models[model] as RegressionAnswers;
  return joined(
    [
      meanOf("mae", answers.absoluteErrors),
      squares(rows, answers.squaredErrors),
      meanOf("mape", answers.relativeErrors),
    ],
    wanted,
  );
}

/** The relative rounding error of squared labels: a smaller spread within a cell, or of all labels, counts as none. */
const ROUNDING = 1e-13;

/** `rmse` and `r2`. */
function squares({ counts, labels, squaredLabels }: RegressionRows, squaredErrors: Float64Array): Evaluator {
  // Labels are centred on their mean, since squares of numbers far from zero lose the digits of their differences.
  const mean = sumOfProducts(counts, labels) / counts.reduce((sum, count) => sum + count, 0);
  const offsets = labels.map((label) => label - mean);
  const spreads = squaredLabels.map((square, cell) => {
    const label = labels[cell] as number;
    const within = square - label * label;
    return (offsets[cell] as number) ** 2 + (within > ROUNDING * square ? within : 0);
  });

  return {
    names: ["rmse", "r2"],
    evaluate(counts, into) {
      let [rows, error, offset, spread] = [0, 0, 0, 0];
      for (let cell = 0; cell < counts.length; cell++) {
        const count = counts[cell] as number;
        rows += count;
        error += count * (squaredErrors[cell] as number);
        offset += count * (offsets[cell] as number);
        spread += count * (spreads[cell] as number);
      }
      const variation = spread - (offset * offset) / rows;
      into[0] = Math.sqrt(error / rows);
      into[1] = variation > ROUNDING * spread ? 1 - error / variation : Number.NaN;
    },
  };
}

function sumOfProducts(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0);
}
