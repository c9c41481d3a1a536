import type { ModelResults, PredictionResults } from "../../measurements/predictions/results.ts";
import { grouped, percent } from "../../text.ts";
import type { Figure } from "./figure.ts";
import { histogram } from "./histogram.ts";
import { modelKeys, models } from "./models.ts";

type Scores = NonNullable<ModelResults["scores"]>;

/** The distribution of the scores, for rows of the positive class and for the others. */
export function scoresFigure({ candidate, baseline, positive }: PredictionResults): Figure[] {
  const { scores } = candidate;
  if (scores === undefined || total(scores.positive) + total(scores.negative) === 0) return [];
  const both = models(scores, baseline?.scores);
  const name = positive ?? "the positive class";
  const kinds = [
    { kind: "positive", label: `Rows that are ${name}` },
    { kind: "negative", label: "All other rows" },
  ] as const;
  return [
    {
      id: "scores",
      title: "How the scores are spread",
      caption: `Scores for ${name}. ${caption(scores, name)}`,
      keys: modelKeys(baseline?.scores),
      drawings: kinds
        .filter(({ kind }) => total(scores[kind]) > 0)
        .map(({ kind, label }) => ({
          id: `scores-${kind}`,
          label,
          spec: histogram({
            low: 0,
            format: ".0%",
            high: 1,
            title: kind === "negative" ? "score" : "",
            height: 105,
            bins: both.map(({ model, of }) => ({ model, shares: shares(of[kind]) })),
          }),
        })),
      numbers: {
        head: ["Score", ...both.flatMap(({ model }) => [`${model}, ${name}`, `${model}, others`])],
        rows: scores.positive.map((_, bin) => [
          `${percent(bin / scores.positive.length)} to ${percent((bin + 1) / scores.positive.length)}`,
          ...both.flatMap(({ of }) => [grouped(of.positive[bin] ?? 0), grouped(of.negative[bin] ?? 0)]),
        ]),
      },
    },
  ];
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

const shares = (counts: readonly number[]): number[] => counts.map((count) => count / Math.max(1, total(counts)));

/** The share of each kind with a score above one half. */
function caption({ positive, negative }: Scores, name: string): string {
  const upper = (counts: readonly number[]): number =>
    total(counts.slice(Math.floor(counts.length / 2))) / Math.max(1, total(counts));
  return `The candidate gives more than 50 % to ${percent(upper(positive))} of the rows that are ${name}, and to ${percent(upper(negative))} of the others.`;
}
