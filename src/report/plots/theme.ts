import type { Json, Spec } from "./figure.ts";

/**
 * Colours that no data uses: `svg.ts` replaces them with the page's CSS variables after drawing, so that one picture
 * serves light, dark and print.
 */
export const COLOURS = {
  ink: "#010203",
  muted: "#010204",
  line: "#010205",
  paper: "#010206",
  candidate: "#010207",
  baseline: "#010208",
  failed: "#010209",
} as const;

/** Drawn width of every picture in pixels. It is shown from 0.75 to 1.2 times as wide, and its text with it. */
export const WIDTH = 460;

/**
 * The font size in pixels while drawing; `svg.ts` shows text a tenth smaller. A reader's font may be wider than the one
 * that is measured, and a long label must not lose its first letters.
 */
const FONT_SIZE = 14;

const CONFIG: Spec = {
  // The page describes each picture in words; labels on every single bar would be noise.
  aria: false,
  background: null,
  font: "sans-serif",
  padding: 2,
  view: { stroke: null },
  axis: {
    labelColor: COLOURS.muted,
    titleColor: COLOURS.muted,
    gridColor: COLOURS.line,
    domainColor: COLOURS.muted,
    labelFontSize: FONT_SIZE,
    titleFontSize: FONT_SIZE,
    titleFontWeight: "normal",
    labelLimit: 210,
    labelPadding: 6,
    titlePadding: 8,
    ticks: false,
    domain: false,
  },
  text: { color: COLOURS.ink, fontSize: FONT_SIZE },
};

export interface Layers {
  /** The height of the plot without its axes, in pixels. */
  readonly height: number;
  readonly layer: readonly Spec[];
  /** Total width in pixels; `WIDTH` when absent. */
  readonly width?: number;
}

/**
 * A specification in the report's style. It depends on its data alone, so that the same measurement is not drawn again.
 */
export const picture = ({ height, layer, width = WIDTH }: Layers): Spec => ({
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  width,
  height,
  // The total width does not depend on the length of the labels.
  autosize: { type: "fit-x", contains: "padding" },
  config: CONFIG,
  layer,
});

/** Inline data of one layer. */
export const rows = (values: readonly { readonly [name: string]: Json }[]): Spec => ({ values });

/** A straight line across the whole plot at one value of an axis. */
export const line = (axis: "x" | "y", at: number, colour: string, dashed: boolean): Spec => ({
  data: rows([{ at }]),
  mark: { type: "rule", color: colour, strokeWidth: 1.5, ...(dashed ? { strokeDash: [5, 4] } : {}) },
  encoding: { [axis]: { field: "at", type: "quantitative" } },
});

/** An axis of numbers between two ends, which need not include zero. */
export const quantitative = (
  field: string,
  title: string | null,
  domain: readonly [number, number],
  axis: Spec = {},
): Spec => ({
  field,
  type: "quantitative",
  title,
  scale: { domain, nice: false, zero: false },
  axis: { tickCount: 5, ...axis },
});

const MAX_LETTERS = 24;

/** Text of the user's project as the label of an axis: short, on one line, of whole characters. */
export function label(text: string): string {
  const line = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ")
    .replace(/[\ud800-\udfff]/gu, "\uFFFD")
    .trim();
  const letters = [...line];
  if (letters.length === 0) return "(empty)";
  return letters.length > MAX_LETTERS ? `${letters.slice(0, MAX_LETTERS - 1).join("")}…` : line;
}

/** Unique labels for an axis, in order: a repeated one gets a number. */
export function labels(texts: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return texts.map((text) => {
    const shown = label(text);
    const times = (seen.get(shown) ?? 0) + 1;
    seen.set(shown, times);
    return times === 1 ? shown : `${shown} (${times})`;
  });
}

/** The ends of an axis that has room for all values, with a margin. */
export function extent(values: readonly number[], margin = 0.05): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = (high - low || Math.abs(high) || 1) * margin;
  return [low - room, high + room];
}
