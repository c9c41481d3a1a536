/** Any JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A Vega-Lite specification. */
export type Spec = { readonly [name: string]: Json };

/** One picture of a figure. */
export interface Drawing {
  /** Unique in the report. */
  readonly id: string;
  /** A heading above the drawing, when a figure has several. */
  readonly label?: string;
  readonly spec: Spec;
}

/** An entry of a figure's legend. */
export interface Key {
  readonly sign: "candidate" | "baseline" | "broken" | "limit" | "percentile" | "interval" | "ideal" | "zero";
  readonly text: string;
}

/** Rows of text; the first cell of a row is its heading. */
export interface Table {
  /** How many columns there are before those with numbers: one when absent. */
  readonly textColumns?: number;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A question that is answered by pictures, by a caption, and by a table of numbers. */
export interface Figure {
  /** Unique in the report. */
  readonly id: string;
  readonly title: string;
  /** Describes the pictures, with numbers, for readers who do not see them. */
  readonly caption: string;
  readonly keys: readonly Key[];
  /** Whether its drawings are small and stand beside each other, or need the width of the page. Below each other when absent. */
  readonly layout?: "beside" | "wide";
  /** Empty when a picture would show nothing, for example of a hundred classes. */
  readonly drawings: readonly Drawing[];
  readonly numbers: Table;
}
