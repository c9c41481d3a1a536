import type { DriftReadings, DriftTest, Shares } from "../../drift/readings.ts";
import { nameOf } from "../../drift/words.ts";
import { percent, short } from "../../text.ts";
import type { Figure, Spec, Table } from "./figure.ts";
import { groupPlot } from "./groups.ts";
import { histogram } from "./histogram.ts";

/** Columns that are drawn, the worst first. */
const MAX_FIGURES = 12;

/** The distribution of each drifted column on both sides. */
export const driftFigures = ({ tests }: DriftReadings): Figure[] =>
  tests
    .flatMap((test) => (test.outcome === "drifted" && test.shares !== undefined ? [{ test, shares: test.shares }] : []))
    .slice(0, MAX_FIGURES)
    .map(({ test, shares }, index) => figure(test, shares, `drift-${index}`));

function figure(test: DriftTest, shares: Shares, id: string): Figure {
  const spec = drawingOf(shares);
  const what = test.test === "length of texts" ? `Length of the texts in ${nameOf(test)}` : nameOf(test);
  return {
    id,
    title: `${what}: current and reference`,
    caption: `Share of the rows by value. They differ by ${short(test.effect)} at most (${test.test})${test.note === "" ? "" : `, ${test.note}`}.`,
    keys: [
      { sign: "candidate", text: "current" },
      { sign: "baseline", text: "reference" },
    ],
    drawings: spec === undefined ? [] : [{ id, spec }],
    numbers: numbersOf(shares),
  };
}

/** Undefined when nearly all values are equal. */
function drawingOf({ low, high, categories, reference, current }: Shares): Spec | undefined {
  if (categories !== undefined) {
    const groups = categories.map((name, at) => ({
      name,
      candidate: current[at] ?? 0,
      baseline: reference[at] ?? 0,
      broken: false,
    }));
    return groupPlot({ title: "share of the rows", groups, limits: [], format: ".0%" });
  }
  if (low === undefined || high === undefined || high <= low) return undefined;
  const bins = [
    { model: "candidate" as const, shares: current },
    { model: "baseline" as const, shares: reference },
  ];
  return histogram({ low, high, title: "value", height: 150, bins });
}

const numbersOf = ({ low = 0, high = 0, categories, reference, current }: Shares): Table => ({
  head: [categories === undefined ? "From" : "Category", "Reference", "Current"],
  rows: reference.map((share, at) => [
    categories?.[at] ?? short(low + (at * (high - low)) / reference.length),
    percent(share),
    percent(current[at] ?? 0),
  ]),
});
