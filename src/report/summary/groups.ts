import type { PredictionResults } from "../../measurements/predictions/results.ts";
import { grouped, percent, short } from "../../text.ts";
import { fairnessChecks } from "../limits.ts";
import { bounds } from "../numbers.ts";
import { measureTexts } from "../plots/fairness.ts";
import type { Report } from "../report.ts";
import { type JudgedSlice, judgedSlices } from "../slices.ts";
import { escaped, table } from "./markdown.ts";

const MAX_GROUPS = 10;

/** The groups in which the candidate is worst, and how protected groups are treated. */
export function groupsSection({ measurements, gates }: Report): string[] {
  const { predictions } = measurements ?? {};
  if (predictions === undefined) return [];
  return [...judgedSlices(predictions, gates).flatMap(worstGroups), ...fairness(predictions, gates)];
}

/** Groups beyond the limit come first, then the others by their value. */
function worstGroups({ title, metric, groups, lower }: JudgedSlice): string[] {
  const sorted = [...groups].sort(
    (a, b) => Number(b.broken) - Number(a.broken) || (a.candidate - b.candidate) * (lower ? -1 : 1),
  );
  const shown = sorted.slice(0, MAX_GROUPS);
  return [
    `### ${escaped(metric)} by ${escaped(title)}${groups.length > shown.length ? `: the worst ${shown.length} of ${groups.length} groups` : ""}`,
    table(
      [title, "Rows", metric, "Baseline", "Limit"],
      shown.map((one) => [
        one.values.join(", "),
        grouped(one.rows),
        `${short(one.candidate)} ${bounds(one.interval)}`.trim(),
        one.baseline === undefined ? "" : short(one.baseline),
        one.limit === "" ? "" : `${one.broken ? "❌ beyond" : "✅"} ${one.limit}`,
      ]),
    ),
  ];
}

function fairness({ fairness }: PredictionResults, gates: Report["gates"]): string[] {
  return fairness.flatMap((one) => {
    const title = one.columns.join(" × ");
    const groups = [...one.candidate.groups].sort((a, b) => a.selectionRate - b.selectionRate);
    if (groups.length === 0) return [];
    const ends =
      groups.length > 2 * MAX_GROUPS ? [...groups.slice(0, MAX_GROUPS), ...groups.slice(-MAX_GROUPS)] : groups;
    return [
      `### How ${escaped(title)} is treated`,
      measureTexts(one, fairnessChecks(gates, one.columns))
        .map((text) => `- ${escaped(text)}`)
        .join("\n"),
      table(
        [title, "Rows", `Answered ${one.favorable}`, "True-positive rate", "False-positive rate"],
        ends.map((group) => [
          group.values.join(", "),
          grouped(group.rows),
          ...[group.selectionRate, group.truePositiveRate, group.falsePositiveRate].map((rate) =>
            rate === undefined ? "" : percent(rate),
          ),
        ]),
      ),
    ];
  });
}
