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
  /** Empty when a picture would show nothing, for example of a hundred classes. */
  readonly drawings: readonly Drawing[];
  readonly numbers: Table;
}
