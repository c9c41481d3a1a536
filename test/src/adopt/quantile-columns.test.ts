import { expect, test } from "vitest";
import { type QuantileColumns, quantileColumns } from "../../../src/adopt/quantile-columns.ts";

const named = (pattern: string | undefined, columns: readonly string[], median?: string): QuantileColumns => ({
  ...{ pattern, columns, median },
});

test.each<[string, readonly string[], QuantileColumns | undefined]>([
  ["q and per cent", ["label", "q10", "q50", "q90"], named("q{quantile}", ["q10", "q50", "q90"], "q50")],
  ["shares", ["quantile_0.1", "quantile_0.9"], named("quantile_{quantile}", ["quantile_0.1", "quantile_0.9"])],
  ["p and per cent", ["demand_p10", "demand_p90"], named("demand_p{quantile}", ["demand_p10", "demand_p90"])],
  ["a word behind", ["y_q5_kwh", "y_q95_kwh"], named("y_q{quantile}_kwh", ["y_q5_kwh", "y_q95_kwh"])],
  ["the default", ["prediction_q10", "prediction_q90"], named(undefined, ["prediction_q10", "prediction_q90"])],
  ["ends of an interval", ["y_true", "lower", "upper"], { ends: ["lower", "upper"] }],
  ["ends with a word", ["pred", "pred_lower", "pred_upper"], { ends: ["pred_lower", "pred_upper"] }],
  ["ends of two things", ["temp_low", "price_high"], undefined],
  ["what is no end of an interval", ["min", "max"], undefined],
  ["two intervals", ["a_lower", "a_upper", "b_lower", "b_upper"], undefined],
  ["one quantile", ["label", "q90"], undefined],
  ["quantiles in two ways", ["q10", "q90", "p10", "p90"], undefined],
  ["parts and classes", ["p1", "p2", "p3"], undefined],
  ["numbers of other things", ["x10", "x90", "freq10", "freq90", "top10"], undefined],
  ["beyond what a quantile is", ["q0", "q100", "q120"], undefined],
  ["quarters of a year", ["sales"], undefined],
])("quantiles by their names: %s", (_what, columns, found) => expect(quantileColumns(columns)).toEqual(found));
