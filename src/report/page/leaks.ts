import { columnsText } from "../../checks/reasons/comparison.ts";
import type { ColumnPowers } from "../../measurements/leaks/results.ts";
import { type Html, html } from "./html.ts";

/** Columns that alone predict the label. */
export const leaksSection = (powers: ColumnPowers): Html =>
  html`<p>${columnsText(powers)}. What is known only afterwards leaks it: the model must not have it.</p>`;
