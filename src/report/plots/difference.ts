import type { GateResult } from "../../gates/result.ts";
import { metricNamed } from "../../measurements/predictions/names.ts";
import type { PairedResults, PredictionResults } from "../../measurements/predictions/results.ts";
import { grouped, percent, signed } from "../../text.ts";
import { comparedMetric } from "../limits.ts";
import { byMetric } from "../measured.ts";
import { bounds } from "../numbers.ts";
import type { Figure, Spec } from "./figure.ts";
import { COLOURS, line, picture, quantitative, rows } from "./theme.ts";

type Resampled = NonNullable<PairedResults["resampled"]>;

/** The difference of candidate and baseline on resampled rows, which shows whether it is more than noise. */
export function differenceFigure(
  { pairs, resamples, confidence }: PredictionResults,
  gates: readonly GateResult[],
): Figure[] {
  const resampled = pairs?.resampled;
  if (pairs === undefined || resampled === undefined || resampled.counts.length === 0) return [];
  const { metric } = resampled;
  const difference = byMetric(pairs.differences, metric);
  const loss = tolerated(metric, gates);
  return [
    {
      id: "difference",
      title: `Is the difference in ${metric} more than noise?`,
      caption: caption(pairs, metric, loss, resamples, confidence),
      keys: [
        { sign: "zero", text: "no difference" },
        ...(loss === undefined ? [] : [{ sign: "limit" as const, text: `tolerated: ${signed(loss)}` }]),
        ...(difference?.interval === undefined
          ? []
          : [{ sign: "interval" as const, text: `${percent(confidence)} interval` }]),
      ],
      drawings:
        resampled.high > resampled.low ? [{ id: "difference", spec: spec(resampled, loss, difference?.interval) }] : [],
      numbers: {
        head: ["Metric", "Difference", "Interval"],
        rows: Object.entries(pairs.differences).map(([name, { value, interval }]) => [
          name,
          signed(value),
          bounds(interval),
        ]),
      },
    },
  ];
}

/** The difference at the limit of the regression gate, in units of the metric. */
function tolerated(metric: string, gates: readonly GateResult[]): number | undefined {
  const check = comparedMetric(gates);
  const worst = check?.limit?.min ?? check?.limit?.max;
  if (check?.baseline === undefined || worst === undefined) return undefined;
  const { canonical, negated } = metricNamed(check.what) ?? { canonical: check.what, negated: false };
  const loss = worst - check.baseline;
  return canonical === metric ? (negated ? -loss : loss) : undefined;
}

function spec(
  { metric, low, high, counts }: Resampled,
  loss: number | undefined,
  interval: { low: number; high: number } | undefined,
): Spec {
  const step = (high - low) / counts.length;
  const tallest = Math.max(...counts, 1);
  const ends: [number, number] = [Math.min(low, 0, loss ?? 0), Math.max(high, 0, loss ?? 0)];
  const room = (ends[1] - ends[0]) * 0.04;
  const x = quantitative(
    "from",
    `difference in ${metric.length > 30 ? "the metric" : metric}, candidate − baseline`,
    [ends[0] - room, ends[1] + room],
    { grid: false, domain: true, format: "+~g" },
  );
  const y = quantitative("count", null, [0, tallest * 1.1], { labels: false, grid: false });
  const bars = counts.map((count, index) => ({
    from: low + index * step,
    to: low + (index + 1) * step,
    count,
    none: 0,
  }));
  return picture({
    height: 180,
    layer: [
      {
        data: rows(bars),
        mark: { type: "rect", color: COLOURS.candidate, opacity: 0.5, stroke: COLOURS.paper, strokeWidth: 0.5 },
        encoding: { x, x2: { field: "to" }, y, y2: { field: "none" } },
      },
      ...(interval === undefined
        ? []
        : [
            {
              data: rows([{ from: interval.low, to: interval.high, count: tallest * 1.06 }]),
              mark: { type: "rule", color: COLOURS.ink, strokeWidth: 3, strokeCap: "round" },
              encoding: { x, x2: { field: "to" }, y },
            },
          ]),
      line("x", 0, COLOURS.ink, false),
      ...(loss === undefined ? [] : [line("x", loss, COLOURS.failed, true)]),
    ],
  });
}

function caption(
  { rows, differences, mcnemar }: PairedResults,
  metric: string,
  loss: number | undefined,
  resamples: number,
  confidence: number,
): string {
  const difference = byMetric(differences, metric);
  const value =
    difference === undefined
      ? ""
      : ` It is ${signed(difference.value)} ${bounds(difference.interval)} at ${percent(confidence)}${meaning(difference.interval)}.`;
  const test =
    mcnemar === undefined
      ? ""
      : ` Of the rows that just one of the two has right, ${grouped(mcnemar.onlyCandidate)} are the candidate's and ${grouped(mcnemar.onlyBaseline)} the baseline's (McNemar: p = ${mcnemar.pValue.toPrecision(2)}).`;
  const limit = loss === undefined ? "" : ` The regression gate tolerates ${signed(loss)}.`;
  return `The same ${grouped(rows)} rows answered by both models, drawn anew ${grouped(resamples)} times.${value}${limit}${test}`;
}

const meaning = (interval: { low: number; high: number } | undefined): string =>
  interval === undefined ? "" : interval.low <= 0 && interval.high >= 0 ? ": no more than noise" : ": more than noise";
