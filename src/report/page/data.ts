import type { ExampleRow } from "../../data/examples.ts";
import type { Finding } from "../../data/findings.ts";
import type { ColumnProfile } from "../../data/profile.ts";
import { counted, grouped, percent } from "../../text.ts";
import type { Report } from "../report.ts";
import { type Content, type Html, html, safe } from "./html.ts";
import { table } from "./table.ts";

type Data = NonNullable<Report["data"]>;

const MAX_COLUMNS = 200;
const MAX_FINDINGS = 50;

/** The rules that the data breaks, with example rows, and the profile of its columns. */
export function dataSection({ rows, files, findings, columns, profiledRows, tables = [] }: Data): Html {
  const named = tables.reduce((total, table) => total + table.rows, 0);
  const all = [
    ...(rows > named || tables.length === 0 ? [{ name: undefined, rows: rows - named, columns, profiledRows }] : []),
    ...tables,
  ];
  const size = `${counted(rows, "row")} in ${counted(files.length, "file")}${tables.length === 0 ? "" : ` of ${counted(all.length, "table")}`}`;
  return html`<p>${size}${all.length === 1 && drawnText(profiledRows, rows)}.</p>
${findings.slice(0, MAX_FINDINGS).map(findingBlock)}
${findings.length > MAX_FINDINGS && html`<p>${findings.length - MAX_FINDINGS} more are in <code>report.json</code>.</p>`}
${all.map((one) => columnsBlock(one, all.length > 1))}`;
}

interface Profiled extends Pick<Data, "rows" | "columns" | "profiledRows"> {
  readonly name?: string | undefined;
}

const drawnText = (profiledRows: number, rows: number): string =>
  profiledRows < rows
    ? `; distinct values, quantiles and histograms are those of ${grouped(profiledRows)} rows drawn at random`
    : "";

/** The columns of one table. */
function columnsBlock({ name, rows, columns, profiledRows }: Profiled, several: boolean): Html | false {
  if (columns.length === 0) return false;
  const of = name === undefined ? "" : ` of ${name}`;
  return html`<h3>Columns${of}</h3>
${several && html`<p>${counted(rows, "row")}${drawnText(profiledRows, rows)}.</p>`}
${profile(columns.slice(0, MAX_COLUMNS), rows, of === "" ? " of the data" : of)}
${columns.length > MAX_COLUMNS && html`<p>The first ${MAX_COLUMNS} of ${counted(columns.length, "column")}; all are in <code>report.json</code>.</p>`}`;
}

function findingBlock({ rule, message, examples }: Finding): Html {
  const columns = Object.keys(examples[0]?.values ?? {});
  return html`<h3>${rule}</h3>
<p>${message}.</p>
${
  examples.length > 0 &&
  table(
    ["File", ...(examples.some((one) => one.line !== undefined) ? ["Line"] : []), "Row", ...columns],
    examples.map((example) => exampleCells(example, examples, columns)),
    { label: `Rows that break ${rule}`, columns: ["", "number"] },
  )
}`;
}

const exampleCells = (example: ExampleRow, all: readonly ExampleRow[], columns: readonly string[]): Content[] => [
  example.file,
  ...(all.some((one) => one.line !== undefined) ? [example.line === undefined ? "" : grouped(example.line)] : []),
  grouped(example.row),
  ...columns.map((name) => {
    const value = example.values[name];
    return value === null || value === undefined ? "empty" : html`<code>${value}</code>`;
  }),
];

const profile = (columns: readonly ColumnProfile[], rows: number, of: string): Html =>
  table(
    ["Column", "Type", "Empty", "Different", "Values", "Distribution"],
    columns.map((column) => [
      column.name,
      column.type,
      column.nulls === 0 ? "" : percent(column.nulls / Math.max(1, rows)),
      grouped(column.distinct),
      valuesOf(column),
      distribution(column),
    ]),
    { label: `Columns${of}`, columns: ["", "", "number", "number", "text", ""], stacks: true },
  );

/** The most frequent values, or minimum, maximum, median and mean. */
function valuesOf({ top, distinct, min, max, quantiles, mean }: ColumnProfile): Content {
  if (top !== undefined && top.length > 0 && distinct <= MAX_CLASSES) {
    return html`<ul class="values">${top.slice(0, SHOWN_VALUES).map(({ value, rows }) => html`<li><code>${value}</code> ${grouped(rows)}</li>`)}</ul>`;
  }
  if (min === undefined || max === undefined) return "";
  const middle = quantiles?.[2];
  return [
    top === undefined ? "" : "length ",
    `${number(min)} to ${number(max)}`,
    middle === undefined ? "" : `, median ${number(middle)}`,
    mean === undefined ? "" : `, mean ${number(mean)}`,
  ].join("");
}

/** With more different texts, the most frequent ones say little. */
const MAX_CLASSES = 1000;
const SHOWN_VALUES = 6;

const number = (value: number): string =>
  Number.isInteger(value) && Math.abs(value) < 1e15 ? grouped(value) : String(Number(value.toPrecision(4)));

/** The histogram of a column's numbers, or of the lengths of its texts. */
function distribution({ name, histogram }: ColumnProfile): Content {
  if (histogram === undefined || histogram.length < 2) return "";
  const tallest = Math.max(...histogram, 1);
  const bars = histogram.map((rows, place) => {
    const height = rows === 0 ? 0 : Math.max(1, Math.round((rows / tallest) * 24));
    return safe(`<rect x="${place * 5}" y="${24 - height}" width="4" height="${height}"/>`);
  });
  return html`<svg class="bars" viewBox="0 0 ${histogram.length * 5} 24" role="img" aria-label="Histogram of ${name}">${bars}</svg>`;
}
