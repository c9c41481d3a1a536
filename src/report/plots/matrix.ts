import { grouped } from "../../text.ts";
import type { Spec } from "./figure.ts";
import { COLOURS, labels, picture, rows } from "./theme.ts";

/** Rows by label (first index) and answer (second). */
export type Matrix = readonly (readonly number[])[];

/** Up to so many classes, two matrices stand beside each other, and a cell has room for its share and its rows. */
export const MAX_SMALL = 3;

/** What a matrix looks like by the number of its classes: drawn width, height and font size in pixels. */
const sizes = (classes: number) =>
  classes <= MAX_SMALL
    ? { width: 280, height: 150, font: 16 }
    : { width: 520, height: Math.max(180, 22 * classes), font: classes <= 12 ? 13 : 11 };

/** A confusion matrix, shaded by the share of each label's rows. */
export function matrixPicture(classes: readonly string[], counts: Matrix): Spec {
  const small = classes.length <= MAX_SMALL;
  const { width, height, font } = sizes(classes.length);
  const cells = rows(cellsOf(labels(classes), counts, small ? withSign : bare));
  const axis = { labelLimit: 95, grid: false };
  const position = {
    x: {
      ...{ field: "answer", type: "nominal", sort: null, title: "answer" },
      axis: { ...axis, labelAngle: small ? 0 : -45 },
    },
    y: { field: "label", type: "nominal", sort: null, title: "label", axis },
  };
  const text = (field: string, mark: Spec): Spec => ({
    data: cells,
    mark: { type: "text", ...mark },
    encoding: { ...position, text: { field, type: "nominal" } },
  });
  return picture({
    ...{ width, height },
    layer: [
      {
        data: cells,
        mark: { type: "rect", color: COLOURS.candidate, stroke: COLOURS.paper, strokeWidth: small ? 2 : 1 },
        encoding: {
          ...position,
          // The darkest cell is still light enough for the text on it.
          fillOpacity: {
            ...{ field: "share", type: "quantitative", legend: null },
            scale: { domain: [0, 1], range: [0.04, 0.5] },
          },
        },
      },
      text("percent", { fontSize: font, fontWeight: small ? 600 : 400, dy: small ? -6 : 0 }),
      ...(small ? [text("count", { fontSize: 13, dy: 11, color: COLOURS.ink })] : []),
    ],
  });
}

const cellsOf = (names: readonly string[], counts: Matrix, percent: (count: number, total: number) => string) =>
  counts.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, answer) => ({
      label: names[label] ?? "",
      answer: names[answer] ?? "",
      share: total === 0 ? 0 : count / total,
      percent: percent(count, total),
      count: grouped(count),
    }));
  });

const withSign = (count: number, total: number): string => (total === 0 ? "–" : `${rounded(count, total)} %`);

/** Without signs for which there is no room, so that what is not zero can be seen. */
function bare(count: number, total: number): string {
  if (count === 0) return "";
  const percent = rounded(count, total);
  return percent === 0 ? "<1" : String(percent);
}

const rounded = (count: number, total: number): number => Math.round((100 * count) / total);
