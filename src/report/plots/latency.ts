import type { GateResult } from "../../gates/result.ts";
import type { LoadTest, ServedLoad } from "../../measurements/serving/load.ts";
import { quantile } from "../../statistics/quantile.ts";
import { byteText, intervalText, milliseconds } from "../../text.ts";
import { requestLimit } from "../limits.ts";
import type { Figure, Key, Spec } from "./figure.ts";
import { histogram, sharesOf } from "./histogram.ts";
import { MODELS, modelKeys, models } from "./models.ts";
import { COLOURS, line, rows } from "./theme.ts";

const BINS = 40;
/** Slower requests are counted in the last bar, since a few of them would squeeze all others together. */
const SHOWN = 0.99;

/** How long single requests took, of both models. */
export function latencyFigure({ candidate, baseline, comparison }: LoadTest, gates: readonly GateResult[]): Figure[] {
  const both = models(candidate, baseline);
  const samples = both.flatMap(({ of }) => of.single.samples);
  const limit = requestLimit(gates);
  const caption = captionOf(candidate, baseline, comparison);
  const numbers = {
    head: ["", ...both.map(({ model }) => model)],
    rows: ROWS.map(([name, cell]) => [name, ...both.map(({ of }) => cell(of))]),
  };
  const high = quantile(Float64Array.from(samples).sort(), SHOWN);
  const low = 0.9 * Math.min(...samples);
  const inside = limit !== undefined && limit <= high;
  return [
    {
      id: "latency",
      title: "How long one request takes",
      caption,
      keys: [
        ...modelKeys(baseline),
        { sign: "percentile", text: "95th percentiles" },
        ...(inside ? [{ sign: "limit", text: `at most ${limit} ms` } satisfies Key] : []),
      ],
      drawings:
        samples.length === 0 || high <= low
          ? []
          : [
              {
                id: "latency",
                spec: histogram({
                  low,
                  high,
                  title: "milliseconds",
                  height: 190,
                  bins: both.map(({ model, of }) => ({ model, shares: sharesOf(of.single.samples, low, high, BINS) })),
                  marks: [
                    ...both.flatMap(({ model, of }) =>
                      of.single.p95 <= high ? [percentile(of.single.p95, MODELS[model].colour)] : [],
                    ),
                    ...(inside ? [line("x", limit, COLOURS.failed, true)] : []),
                  ],
                }),
              },
            ],
      numbers,
    },
  ];
}

const percentile = (at: number, colour: string): Spec => ({
  data: rows([{ at }]),
  mark: { type: "rule", color: colour, strokeWidth: 2, strokeDash: [2, 3] },
  encoding: { x: { field: "at", type: "quantitative" } },
});

const ONE_ROW = "a request has one row";

const ROWS: readonly [string, (model: ServedLoad) => string][] = [
  ["one request, median", ({ single }) => milliseconds(single.p50)],
  ["one request, 95th percentile", ({ single }) => `${milliseconds(single.p95)}${intervalText(single.interval)}`],
  [
    "one request, 99th percentile",
    ({ single }) => (single.p99 === undefined ? "too few requests" : milliseconds(single.p99)),
  ],
  [
    "a batch, 95th percentile",
    ({ batch }) => (batch === undefined ? ONE_ROW : `${milliseconds(batch.p95)} (${batch.size} samples)`),
  ],
  ["a sample of a batch", ({ batch }) => (batch === undefined ? ONE_ROW : milliseconds(batch.perSample))],
  ["answers a second", ({ throughput }) => `${throughput.perSecond.toFixed(1)} with ${throughput.users} clients`],
  ["memory", ({ peakMemoryBytes }) => (peakMemoryBytes === undefined ? "not known" : byteText(peakMemoryBytes))],
  ["ready after", ({ readySeconds }) => (readySeconds === undefined ? "not seen" : `${readySeconds.toFixed(1)} s`)],
  ["failed requests", ({ errors }) => String(errors.count)],
];

function captionOf(
  candidate: ServedLoad,
  baseline: ServedLoad | undefined,
  comparison: LoadTest["comparison"],
): string {
  const of = ({ single }: ServedLoad): string =>
    `half of the requests within ${milliseconds(single.p50)}, 95 % within ${milliseconds(single.p95)}`;
  const before = baseline === undefined ? "" : ` The baseline: ${of(baseline)}.`;
  const ratio =
    comparison === undefined
      ? ""
      : ` Measured in turn, the candidate's median is ${comparison.p50.ratio.toFixed(2)} times the baseline's${intervalText(comparison.p50.ratioInterval)}.`;
  return `The candidate answers ${of(candidate)}.${before}${ratio}`;
}
