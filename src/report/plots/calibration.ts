import type { CalibrationBin, PredictionResults } from "../../measurements/predictions/results.ts";
import { grouped, intervalText, percent, short } from "../../text.ts";
import type { Figure, Spec } from "./figure.ts";
import { MODELS, type Model, modelKeys, models } from "./models.ts";
import { COLOURS, picture, quantitative, rows } from "./theme.ts";

/** Whether a score of 70 % comes true in 70 % of the rows. */
export function calibrationFigure({ candidate, baseline, positive, confidence }: PredictionResults): Figure[] {
  const bins = candidate.calibration?.filter((bin) => bin.rows > 0);
  if (bins === undefined || bins.length === 0) return [];
  const shown = models(
    bins,
    baseline?.calibration?.filter((bin) => bin.rows > 0),
  );
  return [
    {
      id: "calibration",
      title: "Does the score mean what it says?",
      caption: caption(bins, positive),
      keys: [
        ...modelKeys(baseline?.calibration),
        { sign: "interval", text: `${percent(confidence)} interval` },
        { sign: "ideal", text: "perfect" },
      ],
      drawings: [{ id: "calibration", spec: picture({ height: 250, layer: [ideal, ...shown.flatMap(layers)] }) }],
      numbers: {
        head: ["Model", "Mean score", "Came true", "Interval", "Rows"],
        rows: shown.flatMap(({ model, of }) =>
          of.map((bin) => [
            model,
            short(bin.score),
            short(bin.observed),
            intervalText(bin.interval).trim(),
            grouped(bin.rows),
          ]),
        ),
      },
    },
  ];
}

const x = quantitative("score", "mean score", [0, 1], { format: ".0%" });
const y = quantitative("observed", "came true", [0, 1], { format: ".0%" });

const ideal: Spec = {
  data: rows([
    { score: 0, observed: 0 },
    { score: 1, observed: 1 },
  ]),
  mark: { type: "line", color: COLOURS.muted, strokeDash: [4, 4], strokeWidth: 1 },
  encoding: { x, y },
};

function layers({ model, of }: { model: Model; of: readonly CalibrationBin[] }): Spec[] {
  const { colour, shape } = MODELS[model];
  const data = rows(
    of.map(({ score, observed, interval }) => ({ score, observed, low: interval.low, high: interval.high })),
  );
  return [
    {
      data,
      mark: { type: "rule", color: colour, strokeWidth: 1.5, opacity: 0.7 },
      encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
    },
    {
      data,
      mark: { type: "line", color: colour, strokeWidth: 1.5, ...(model === "baseline" ? { strokeDash: [6, 3] } : {}) },
      encoding: { x, y },
    },
    {
      data,
      mark: { type: "point", filled: true, color: colour, shape, size: 60, opacity: 1 },
      encoding: { x, y },
    },
  ];
}

/** The bin whose observed share is furthest from its score. */
function caption(bins: readonly CalibrationBin[], positive: string | undefined): string {
  const worst = [...bins].sort((a, b) => Math.abs(b.observed - b.score) - Math.abs(a.observed - a.score))[0];
  if (worst === undefined) return "";
  const rows = bins.reduce((total, bin) => total + bin.rows, 0);
  const mean = bins.reduce((sum, bin) => sum + bin.rows * Math.abs(bin.observed - bin.score), 0) / rows;
  const what =
    positive === undefined ? "the answer, and how often that was right" : `${positive}, and how often it came true`;
  return `Rows by the candidate's score for ${what}. On average ${percent(mean)} off; furthest where it says ${percent(worst.score)} and ${percent(worst.observed)} came true (${grouped(worst.rows)} rows).`;
}
