import type { ModelResults, PredictionResults } from "../../measurements/predictions/results.ts";
import { grouped, percent } from "../../text.ts";
import type { Figure, Spec, Table } from "./figure.ts";
import { models } from "./models.ts";
import { COLOURS, labels, picture, rows } from "./theme.ts";

/** A matrix of more classes is unreadable, so the most frequent mistakes are listed instead. */
const MAX_CLASSES = 12;
const MAX_MISTAKES = 20;
/** Drawn width in pixels: two stand side by side. */
const WIDTH = 280;

/** Which class was taken for which, by the candidate and by the baseline beside it. */
export function confusionFigure({ classes, candidate, baseline }: PredictionResults): Figure[] {
  const matrices = models(candidate.confusion, baseline?.confusion);
  if (classes === undefined || candidate.confusion === undefined || classes.length === 0) return [];
  const few = classes.length <= MAX_CLASSES;
  return [
    {
      id: "confusion",
      title: "What was taken for what",
      caption: caption(classes, candidate),
      keys: [],
      drawings: few
        ? matrices.map(({ model, of }) => ({
            id: `confusion-${model}`,
            label: capital(model),
            spec: matrix(classes, of),
          }))
        : [],
      numbers: few ? wholeMatrix(classes, matrices) : mistakesTable(classes, candidate.confusion),
    },
  ];
}

const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

type Matrix = readonly (readonly number[])[];

function matrix(classes: readonly string[], counts: Matrix): Spec {
  const names = labels(classes);
  const cells = counts.flatMap((row, label) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, answer) => ({
      label: names[label] ?? "",
      answer: names[answer] ?? "",
      share: total === 0 ? 0 : count / total,
      percent: total === 0 ? "–" : `${Math.round((100 * count) / total)} %`,
      count: grouped(count),
    }));
  });
  const axis = { labelLimit: 95, grid: false };
  const position = {
    x: {
      field: "answer",
      type: "nominal",
      sort: null,
      title: "answer",
      axis: { ...axis, labelAngle: classes.length > 4 ? -45 : 0 },
    },
    y: { field: "label", type: "nominal", sort: null, title: "label", axis },
  };
  // Two lines of text need some room.
  const both = classes.length <= 5;
  return picture({
    width: WIDTH,
    height: classes.length <= 3 ? 150 : 220,
    layer: [
      {
        data: rows(cells),
        mark: { type: "rect", color: COLOURS.candidate, stroke: COLOURS.paper, strokeWidth: 2 },
        encoding: {
          ...position,
          // The darkest cell is still light enough for the text on it.
          fillOpacity: {
            field: "share",
            type: "quantitative",
            scale: { domain: [0, 1], range: [0.04, 0.5] },
            legend: null,
          },
        },
      },
      {
        data: rows(cells),
        mark: { type: "text", fontSize: both ? 16 : 12, fontWeight: 600, dy: both ? -6 : 0 },
        encoding: { ...position, text: { field: "percent", type: "nominal" } },
      },
      ...(both
        ? [
            {
              data: rows(cells),
              mark: { type: "text", fontSize: 13, dy: 11, color: COLOURS.ink },
              encoding: { ...position, text: { field: "count", type: "nominal" } },
            },
          ]
        : []),
    ],
  });
}

/** Each label's share of right answers. */
function caption(classes: readonly string[], { confusion = [] }: ModelResults): string {
  const recalls = classes.slice(0, 4).map((name, index) => {
    const row = confusion[index] ?? [];
    const total = row.reduce((sum, count) => sum + count, 0);
    return total === 0 ? `${name}: no rows` : `${name}: ${percent((row[index] ?? 0) / total)} of ${grouped(total)}`;
  });
  const more = classes.length > recalls.length ? `, and ${classes.length - recalls.length} more classes` : "";
  return `The candidate's right answers by label. ${recalls.join("; ")}${more}. Shares are of the row.`;
}

function wholeMatrix(classes: readonly string[], matrices: readonly { model: string; of: Matrix }[]): Table {
  return {
    head: ["Model and label", ...classes.map((name) => `answer ${name}`)],
    rows: matrices.flatMap(({ model, of }) =>
      of.map((row, index) => [`${model}, ${classes[index] ?? ""}`, ...row.map(grouped)]),
    ),
  };
}

function mistakesTable(classes: readonly string[], matrix: Matrix): Table {
  const mistakes = matrix
    .flatMap((row, label) => row.map((count, answer) => ({ label, answer, count })))
    .filter(({ label, answer, count }) => label !== answer && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_MISTAKES);
  return {
    head: ["Label", "Taken for", "Rows"],
    rows: mistakes.map(({ label, answer, count }) => [classes[label] ?? "", classes[answer] ?? "", grouped(count)]),
  };
}
