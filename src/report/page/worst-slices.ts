import type { WorstSlices } from "../../measurements/worst-slices/results.ts";
import { searchedText, sliceRows, sliceTableHead } from "../worst-slices.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** The groups of rows that the model is worst at, which nobody named. */
export const worstSlicesSection = (found: WorstSlices): Html =>
  html`<p class="caption">${searchedText(found)}</p>${
    found.slices.length > 0 &&
    table(sliceTableHead(found), sliceRows(found), {
      label: "Worst slices",
      columns: ["text", "number", "number", "number", "number", "number"],
    })
  }`;
