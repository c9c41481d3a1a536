import type { ModelResults, PredictionResults } from "../../measurements/predictions/results.ts";
import { counted, grouped, percent } from "../../text.ts";
import type { Figure, Table } from "./figure.ts";
import { MAX_SMALL, type Matrix, matrixPicture } from "./matrix.ts";
import { models } from "./models.ts";

/** A matrix of more classes is unreadable, so the most frequent mistakes are listed instead. */
const MAX_CLASSES = 20;
const MAX_MISTAKES = 20;
/** Labels whose share of right answers the caption says, where it does not say all of them. */
const SAID = 4;

/** Which class was taken for which, by the candidate and by the baseline beside it. */
export function confusionFigure({ classes, candidate, baseline }: PredictionResults): Figure[] {
  const matrices = models(candidate.confusion, baseline?.confusion);
  if (classes === undefined || candidate.confusion === undefined || classes.length === 0) return [];
  const few = classes.length <= MAX_CLASSES;
  return [
    {
      id: "confusion",
      title: "What was taken for what",
      caption: caption(classes, candidate.confusion),
      keys: [],
      layout: classes.length <= MAX_SMALL ? "beside" : "wide",
      drawings: few
        ? matrices.map(({ model, of }) => ({
            id: `confusion-${model}`,
            label: capital(model),
            spec: matrixPicture(classes, of),
          }))
        : [],
      numbers: few ? wholeMatrix(classes, matrices) : mistakesTable(classes, candidate.confusion, baseline?.confusion),
    },
  ];
}

const capital = (text: string): string => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const sum = (row: readonly number[]): number => row.reduce((total, count) => total + count, 0);

/** Each label's share of right answers, or those of the labels with the lowest. */
function caption(classes: readonly string[], matrix: Matrix): string {
  const labels = classes.map((name, index) => {
    const row = matrix[index] ?? [];
    return { name, total: sum(row), right: (row[index] ?? 0) / sum(row) };
  });
  if (classes.length <= MAX_SMALL) {
    return `The candidate's right answers by label. ${labels.map(recallText).join("; ")}. Shares are of the row.`;
  }
  const worst = labels
    .filter(({ total }) => total > 0)
    .sort((a, b) => a.right - b.right)
    .slice(0, SAID);
  const shown =
    classes.length > MAX_CLASSES
      ? `${classes.length} classes are too many for a picture: these are the most frequent mistakes.`
      : "Numbers are per cent of the row.";
  return `The labels that the candidate is right about least often: ${worst.map(recallText).join("; ")}.${mostFrequent(classes, matrix)} ${shown}`;
}

const recallText = ({ name, total, right }: { name: string; total: number; right: number }): string =>
  total === 0 ? `${name}: no rows` : `${name}: ${percent(right)} of ${grouped(total)}`;

function mostFrequent(classes: readonly string[], matrix: Matrix): string {
  const [first] = mistakesIn(matrix);
  return first === undefined
    ? ""
    : ` Most often, ${classes[first.label]} was taken for ${classes[first.answer]}: ${counted(first.count, "row")}.`;
}

function wholeMatrix(classes: readonly string[], matrices: readonly { model: string; of: Matrix }[]): Table {
  return {
    head: ["Model and label", ...classes.map((name) => `answer ${name}`)],
    rows: matrices.flatMap(({ model, of }) =>
      of.map((row, index) => [`${model}, ${classes[index] ?? ""}`, ...row.map(grouped)]),
    ),
  };
}

const mistakesIn = (matrix: Matrix): { label: number; answer: number; count: number }[] =>
  matrix
    .flatMap((row, label) => row.map((count, answer) => ({ label, answer, count })))
    .filter(({ label, answer, count }) => label !== answer && count > 0)
    .sort((a, b) => b.count - a.count);

function mistakesTable(classes: readonly string[], matrix: Matrix, baseline: ModelResults["confusion"]): Table {
  return {
    textColumns: 2,
    head: ["Label", "Taken for", "Rows", "Of the label", ...(baseline === undefined ? [] : ["Baseline's rows"])],
    rows: mistakesIn(matrix)
      .slice(0, MAX_MISTAKES)
      .map(({ label, answer, count }) => [
        ...[classes[label] ?? "", classes[answer] ?? "", grouped(count), percent(count / sum(matrix[label] ?? []))],
        ...(baseline === undefined ? [] : [grouped(baseline[label]?.[answer] ?? 0)]),
      ]),
  };
}
