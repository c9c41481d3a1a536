import type { Report } from "../report.ts";
import { calibrationFigure } from "./calibration.ts";
import { confusionFigure } from "./confusion.ts";
import { differenceFigure } from "./difference.ts";
import { driftFigures } from "./drift.ts";
import { fairnessFigures } from "./fairness.ts";
import type { Figure } from "./figure.ts";
import { latencyFigure } from "./latency.ts";
import { numberFigures } from "./numbers.ts";
import { scoresFigure } from "./scores.ts";
import { sliceFigures } from "./slices.ts";

/** Every figure for which this run has measurements, in the order of the page. */
export function figuresOf({ measurements, gates, drift }: Report): Figure[] {
  const { predictions, load } = measurements ?? {};
  return [
    ...(predictions === undefined
      ? []
      : [
          ...differenceFigure(predictions, gates),
          ...confusionFigure(predictions),
          ...numberFigures(predictions),
          ...calibrationFigure(predictions),
          ...scoresFigure(predictions),
          ...sliceFigures(predictions, gates),
          ...fairnessFigures(predictions, gates),
        ]),
    ...(load === undefined ? [] : latencyFigure(load, gates)),
    ...(drift === undefined ? [] : driftFigures(drift)),
  ];
}
