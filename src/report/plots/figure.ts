/** Anything that JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A Vega-Lite specification. */
export type Spec = { readonly [name: string]: Json };

/** One picture of a figure. */
export interface Drawing {
  /** Unique in the report. */
  readonly id: string;
  /** Stands above it, where a figure has several. */
  readonly label?: string;
  readonly spec: Spec;
}

/** What a sign or a line of a figure stands for. */
export interface Key {
  readonly sign: "candidate" | "baseline" | "broken" | "limit" | "percentile" | "interval" | "ideal" | "zero";
  readonly text: string;
}

/** Rows of text; the first cell of a row is its heading. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A question that is answered by pictures, by words, and by the numbers themselves. */
export interface Figure {
  /** Unique in the report. */
  readonly id: string;
  readonly title: string;
  /** What is to be seen, with the numbers: the description for those who do not see the picture. */
  readonly caption: string;
  readonly keys: readonly Key[];
  /** None where a picture would say nothing, for example of a hundred classes. */
  readonly drawings: readonly Drawing[];
  readonly numbers: Table;
}
