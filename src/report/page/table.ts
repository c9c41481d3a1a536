import type { Table } from "../plots/figure.ts";
import { type Content, type Html, html, safe } from "./html.ts";

export interface TableOptions {
  /** Names the table for readers who do not see it. */
  readonly label: string;
  /** Classes of the columns: `number`, `text` (wide) or nothing. */
  readonly columns?: readonly ("number" | "text" | "")[];
  /** Whether the cells of a row stand below each other on a narrow screen, so that nobody has to scroll for the last one. */
  readonly stacks?: boolean;
  /** The class of a row, when some rows have one. */
  readonly rowClass?: (index: number) => string;
}

/** A table in a box of its own that scrolls sideways when it is too wide. The first cell of a row is its heading. */
export const table = (
  head: readonly Content[],
  rows: readonly (readonly Content[])[],
  { label, columns = [], stacks = false, rowClass }: TableOptions,
): Html => html`
<div class="scroll${stacks ? " stacks" : ""}" role="region" aria-label="Table: ${label}" tabindex="0"><table>
<thead><tr>${head.map((cell, index) => html`<th scope="col"${classOf(columns[index])}>${cell}</th>`)}</tr></thead>
<tbody>${rows.map(
  (cells, row) => html`
<tr${classOf(rowClass?.(row))}>${cells.map((cell, index) =>
    index === 0
      ? html`<th scope="row"${classOf(columns[0])}>${cell}</th>`
      : html`<td${classOf(columns[index])}${stacks && labelOf(head[index], columns[index])}>${cell}</td>`,
  )}</tr>`,
)}</tbody></table></div>`;

/** The numbers of a figure. */
export const numbersTable = ({ head, rows, textColumns = 1 }: Table, label: string): Html =>
  table(
    head,
    rows.map((row) => [...row, ...Array.from({ length: head.length - row.length }, () => "")]),
    { label, columns: head.map((_, index) => (index < textColumns ? "" : "number")) },
  );

/** What a number is called where the head of its column is out of sight. */
const labelOf = (head: Content, column: string | undefined): Html | false =>
  column === "number" && typeof head === "string" && html` data-label="${head}"`;

const classOf = (name: string | undefined): Html => (name ? html` class="${name}"` : safe(""));
