import type { Check } from "../../checks/check.ts";
import { limitText } from "../../checks/limit.ts";
import type { GateResult } from "../../gates/result.ts";
import { lookup } from "../../lookup.ts";
import type { FairnessGroup, FairnessResults, PredictionResults } from "../../measurements/predictions/results.ts";
import { grouped, intervalText, percent, short } from "../../text.ts";
import { fairnessChecks } from "../limits.ts";
import type { Drawing, Figure } from "./figure.ts";
import { groupPlot } from "./groups.ts";
import { modelKeys } from "./models.ts";

const MAX_DRAWN = 12;

/** One figure for each protected column: how often each group gets the favourable answer, rightly or wrongly. */
export const fairnessFigures = (results: PredictionResults, gates: readonly GateResult[]): Figure[] =>
  results.fairness.flatMap((one, index) =>
    one.candidate.groups.length === 0 ? [] : [fairnessFigure(one, index, fairnessChecks(gates, one.columns))],
  );

function fairnessFigure(results: FairnessResults, index: number, checks: readonly Check[]): Figure {
  const { columns, candidate, baseline, tooSmall, favorable } = results;
  const title = columns.join(" × ");
  const rates = RATES.filter(({ rate }) => candidate.groups.some((group) => rate(group) !== undefined));
  return {
    id: `fairness-${index}`,
    title: `How ${title} is treated`,
    caption: caption(results, checks),
    keys: modelKeys(baseline),
    drawings: rates.map(({ name, label, rate }): Drawing => {
      const groups = candidate.groups.slice(0, MAX_DRAWN).flatMap((group) => {
        const value = rate(group);
        const before = baseline?.groups.find((one) => sameValues(one, group));
        if (value === undefined) return [];
        return [
          {
            name: group.values.join(" · "),
            candidate: value,
            baseline: before === undefined ? undefined : rate(before),
            broken: false,
          },
        ];
      });
      return {
        id: `fairness-${index}-${name}`,
        label: label(favorable),
        spec: groupPlot({ title: "", groups, limits: [], format: ".0%", domain: [0, 1] }),
      };
    }),
    numbers: {
      head: [
        title,
        "Rows",
        ...["Share", "True-positive rate", "False-positive rate"].flatMap((rate) =>
          baseline === undefined ? [rate] : [rate, `${rate}, baseline`],
        ),
      ],
      rows: [
        ...candidate.groups.map((group) => {
          const before = baseline?.groups.find((one) => sameValues(one, group));
          const cells = RATES.flatMap(({ rate }) => [
            share(rate(group)),
            ...(baseline === undefined ? [] : [before === undefined ? "" : share(rate(before))]),
          ]);
          return [group.values.join(", "), grouped(group.rows), ...cells];
        }),
        ...tooSmall.map(({ values, rows }) => [values.join(", "), grouped(rows), "too few rows"]),
      ],
    },
  };
}

const RATES: readonly {
  name: string;
  label: (favorable: string) => string;
  rate: (group: FairnessGroup) => number | undefined;
}[] = [
  { name: "selection", label: (favorable) => `Answered ${favorable}`, rate: (group) => group.selectionRate },
  {
    name: "true-positive",
    label: (favorable) => `Answered ${favorable} where it is so (true-positive rate)`,
    rate: (group) => group.truePositiveRate,
  },
  {
    name: "false-positive",
    label: (favorable) => `Answered ${favorable} where it is not (false-positive rate)`,
    rate: (group) => group.falsePositiveRate,
  },
];

const sameValues = (one: FairnessGroup, other: FairnessGroup): boolean =>
  JSON.stringify(one.values) === JSON.stringify(other.values);

const share = (value: number | undefined): string => (value === undefined ? "–" : percent(value));

/** The measures of fairness as words, each with its interval and its limit. */
export function measureTexts({ candidate, baseline }: FairnessResults, checks: readonly Check[]): string[] {
  return Object.entries(candidate.measures).map(([measure, { value, interval }]) => {
    const check = checks.find(({ what }) => what === measure);
    const before = lookup(baseline?.measures ?? {}, measure);
    const notes = [
      ...(check?.limit === undefined
        ? []
        : [`${check.outcome === "broken" ? "beyond the limit of " : ""}${limitText(check.limit)}`]),
      ...(before === undefined ? [] : [`baseline ${short(before.value)}`]),
    ];
    return `${measure.replaceAll("_", " ")} ${short(value)}${intervalText(interval)}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
  });
}

function caption(results: FairnessResults, checks: readonly Check[]): string {
  const { candidate, favorable, columns } = results;
  const sorted = [...candidate.groups].sort((a, b) => a.selectionRate - b.selectionRate);
  const [least, most] = [sorted[0], sorted.at(-1)];
  const range =
    least === undefined || most === undefined
      ? ""
      : `${favorable} is the answer for ${percent(least.selectionRate)} of ${columns.join(" × ")} ${least.values.join(", ")} and for ${percent(most.selectionRate)} of ${most.values.join(", ")}. `;
  const measures = measureTexts(results, checks).join("; ");
  return `${range}${measures === "" ? "" : `${measures[0]?.toUpperCase()}${measures.slice(1)}.`}`;
}
