import type { ModelResults, PredictionResults } from "../../measurements/predictions/results.ts";
import { mean } from "../../statistics/mean.ts";
import { counted, grouped, short } from "../../text.ts";
import type { Figure, Spec } from "./figure.ts";
import { histogram, sharesOf } from "./histogram.ts";
import { MODELS, type Model, modelKeys, models } from "./models.ts";
import { withoutOutliers } from "./outliers.ts";
import { COLOURS, extent, line, picture, quantitative, rows } from "./theme.ts";

type Points = NonNullable<ModelResults["scatter"]>;

const BINS = 30;
/** Drawn width of a scatter plot in pixels, and of one that no other stands beside. */
const [WIDTH, WIDTH_ALONE] = [300, 460];

/** For a regression: predicted against actual values, and the distribution of the errors. */
export function numberFigures({ candidate, baseline }: PredictionResults): Figure[] {
  const points = candidate.scatter;
  if (points === undefined || points.length === 0) return [];
  const both = models(points, baseline?.scatter?.length === 0 ? undefined : baseline?.scatter);
  const ends = extent(
    withoutOutliers(both.flatMap(({ of }) => of.flatMap(({ label, prediction }) => [label, prediction]))),
  );
  const reach = Math.max(...withoutOutliers(both.flatMap(({ of }) => errors(of))).map(Math.abs)) || 1;
  return [
    {
      id: "predicted",
      title: "Predicted against actual",
      caption: `${grouped(points.length)} rows, drawn at random. On the dashed line a prediction is exact.${outside(both, ends)} ${both.map(errorText).join(" ")}`,
      keys: [...modelKeys(baseline?.scatter), { sign: "ideal", text: "exact" }],
      layout: "beside",
      drawings: both.map(({ model, of }) => ({
        id: `predicted-${model}`,
        ...(both.length > 1 ? { label: model === "candidate" ? "Candidate" : "Baseline" } : {}),
        spec: scatter(model, of, ends, both.length > 1 ? WIDTH : WIDTH_ALONE),
      })),
      numbers: summaryOf(both),
    },
    {
      id: "errors",
      title: "How the errors are spread",
      caption: `Prediction minus actual value.${beyond(both, reach)} ${both.map(errorText).join(" ")}`,
      keys: [...modelKeys(baseline?.scatter), { sign: "zero", text: "exact" }],
      drawings: [
        {
          id: "errors",
          spec: histogram({
            low: -reach,
            high: reach,
            title: "prediction − actual",
            height: 190,
            bins: both.map(({ model, of }) => ({ model, shares: sharesOf(errors(of), -reach, reach, BINS) })),
            marks: [line("x", 0, COLOURS.ink, false)],
          }),
        },
      ],
      numbers: summaryOf(both),
    },
  ];
}

function scatter(model: Model, points: Points, ends: readonly [number, number], width: number): Spec {
  const { colour, shape } = MODELS[model];
  const x = quantitative("label", "actual", ends, { tickCount: 4 });
  const y = quantitative("prediction", "predicted", ends, { tickCount: 4 });
  const [low, high] = ends;
  return picture({
    width,
    height: width === WIDTH ? 260 : 320,
    layer: [
      {
        data: rows(points.filter((one) => isWithin(one, ends)).map(({ label, prediction }) => ({ label, prediction }))),
        mark: { type: "point", filled: true, color: colour, shape, size: 22, opacity: 0.4 },
        encoding: { x, y },
      },
      {
        data: rows([
          { label: low, prediction: low },
          { label: high, prediction: high },
        ]),
        mark: { type: "line", color: COLOURS.muted, strokeDash: [4, 4], strokeWidth: 1 },
        encoding: { x, y },
      },
    ],
  });
}

const isWithin = ({ label, prediction }: Points[number], [low, high]: readonly [number, number]): boolean =>
  [label, prediction].every((value) => value >= low && value <= high);

/** How many points have no place in the scatter plots; empty when all have one. */
function outside(both: readonly { of: Points }[], ends: readonly [number, number]): string {
  const count = both.flatMap(({ of }) => of).filter((one) => !isWithin(one, ends)).length;
  return count === 0 ? "" : ` ${counted(count, "point")} far from all others ${count === 1 ? "is" : "are"} left out.`;
}

/** How many errors the bars at the ends count beside their own; empty when there are none. */
function beyond(both: readonly { of: Points }[], reach: number): string {
  const count = both.flatMap(({ of }) => errors(of)).filter((error) => Math.abs(error) > reach).length;
  return count === 0 ? "" : ` The bars at the ends count ${counted(count, "larger error")} as well.`;
}

const errors = (points: Points): number[] => points.map(({ label, prediction }) => prediction - label);

const errorText = ({ model, of }: { model: Model; of: Points }): string =>
  `The ${model} is off by ${significant(mean(errors(of).map(Math.abs)))} on average, ${leaning(mean(errors(of)))}.`;

const leaning = (bias: number): string => `${significant(Math.abs(bias))} too ${bias < 0 ? "low" : "high"} overall`;

const significant = (value: number): string => short(Number(value.toPrecision(3)));

const summaryOf = (both: readonly { model: Model; of: Points }[]) => ({
  head: ["Model", "Rows drawn", "Mean error", "Mean absolute error", "Largest error"],
  rows: both.map(({ model, of }) => [
    model,
    grouped(of.length),
    significant(mean(errors(of))),
    significant(mean(errors(of).map(Math.abs))),
    significant(Math.max(...errors(of).map(Math.abs))),
  ]),
});
