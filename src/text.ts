import { stripVTControlCharacters } from "node:util";
import type { Interval } from "./statistics/estimate.ts";

/**
 * A text without what a terminal would take for commands, such as colours, and without what shows letters in another order than they are
 * in (Unicode's bidirectional controls).
 */
export const printable = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\r\t]|\p{Bidi_Control}/gu, "");

/** The same in one line, for words that somebody else chose: a line that they begin would look like one of ours. */
export const oneLine = (text: string): string =>
  printable(text)
    .replaceAll(/[\s\u0085]+/g, " ")
    .trim();

/**
 * The same, with nothing that the log of a CI system would take for a command. `::…::` is one of GitHub at the beginning of a line, `##[…]` one
 * of its earlier runners wherever it stands, and `##vso[…]` one of Azure Pipelines.
 */
export const withoutCommands = (text: string): string =>
  oneLine(text)
    .replaceAll(/##(?=\w*\[)/g, "# #")
    .replace(/^::/, ": :");

/** The first letters of a text, and no half of one that is kept as two, such as an emoji. */
export const firstLetters = (text: string, most: number): string =>
  text.length > most ? text.slice(0, most).replace(/[\ud800-\udbff]$/, "") : text;

/** The last `count` lines of a text, without trailing blank lines. */
export function lastLines(text: string, count: number): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

/** The same, and how many lines there are before them. */
export function lastLinesOfAll(text: string, count: number): string {
  const earlier = text.trimEnd().split("\n").length - count;
  return (earlier > 0 ? `… ${counted(earlier, "earlier line")}\n` : "") + lastLines(text, count);
}

/**
 * Lines of an output that say nothing by themselves: frames of a stack and their headings, as Python, native libraries,
 * debuggers, Java and Node write them.
 */
const STACK_LINES = [
  /^\s*File ".*", line \d+/,
  /^\s*\[bt\]/,
  /^\s*(?:frame )?#\d+:?\s/,
  /^\s+\d+:\s+\S+(?:\s+-\s+\S+)?$/,
  /^\s*(?:@\s+)?0x[0-9a-f]+\b/i,
  /\[0x[0-9a-f]+\]\s*$/i,
  /^\s*at\s+\S+.*(?:\(.*\)|:\d+:\d+)$/,
  /^\s*[~^]+[\s~^]*$/,
  /^\s*(?:stack ?trace|(?:stack )?backtrace|traceback|(?:current )?thread 0x|extension modules:|\*{3} .*stack)/i,
];

/** The lines of an output without frames of stacks and blank ones. */
export const tellingLines = (text: string): string[] =>
  text.split("\n").filter((line) => line.trim() !== "" && !STACK_LINES.some((frame) => frame.test(line)));

/** The last line that says something by itself; empty where there is none. */
export const lastWords = (text: string): string => tellingLines(text).at(-1)?.trim() ?? "";

/** Whole numbers with thousands separators: 32,561. */
export const grouped = (value: number): string => value.toLocaleString("en-US");

/** A metric's value for display: at most four decimals, no trailing zeros. */
export const short = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toFixed(4)));

/** How long it is since something happened, as a person says it: 40 seconds, 2 minutes, 3.5 hours, 12 days. */
export function timeSpan(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 60) return counted(Math.floor(seconds), "second");
  if (seconds < 3600) return counted(Math.floor(seconds / 60), "minute");
  const hours = Math.floor(seconds / 360) / 10;
  return hours < 48 ? counted(hours, "hour") : counted(Math.floor(hours / 24), "day");
}

/** As `short`, with more decimals where rounding would move a value that is beyond a limit onto the limit. */
export function shortBeyond(value: number, isBeyond: (shown: number) => boolean): string {
  for (let decimals = 4; decimals <= 15; decimals++) {
    const shown = Number(value.toFixed(decimals));
    if (isBeyond(shown)) return String(shown);
  }
  return String(value);
}

/** `1 row`, `2 rows`. */
export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;

/** The first of a list, and how many more there are. */
export const someOf = (shown: readonly string[], all: number): string =>
  `${shown.join(", ")}${all > shown.length ? ` and ${all - shown.length} more` : ""}`;

/** A size in the largest unit that leaves at least one of it: 34 kB, 1.2 GB. */
export function byteText(bytes: number): string {
  if (bytes === 1) return "1 byte";
  const power = Math.min(4, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${["bytes", "kB", "MB", "GB", "TB"][power]}`;
}

/** The candidate within an edit distance of a third of the word's length, or the one that it is the beginning of, for "did you mean". */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= Math.max(1, word.length / 3)) return best.candidate;
  const longer = word.length < SHORTEST_BEGINNING ? [] : candidates.filter((candidate) => candidate.startsWith(word));
  return longer.length === 1 ? longer[0] : undefined;
}

/** Fewer letters are the beginning of too much. */
const SHORTEST_BEGINNING = 3;

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * Rows of texts as lines, with their columns below each other.
 *
 * @param isRight whether a column stands to the right
 */
export function aligned(
  rows: readonly (readonly string[])[],
  isRight: (column: number) => boolean = () => false,
): string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  const padded = (cell: string, column: number): string =>
    isRight(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(padded).join("  ").trimEnd());
}

/** A difference with its sign: `+0.0024`, `−0.01`. */
export const signed = (value: number): string => `${value < 0 ? "−" : "+"}${short(Math.abs(value))}`;

/** Milliseconds with two decimals below 10, else with one. */
export const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;

/** A share as a percentage with three significant digits: 95 %, 0.4 %. */
export const percent = (share: number): string => `${short(Number((100 * share).toPrecision(3)))} %`;

/** An interval to append to its value: ` [0.867, 0.877]`; empty if there is none. */
export const intervalText = (interval: Interval | undefined): string =>
  interval === undefined ? "" : ` [${short(interval.low)}, ${short(interval.high)}]`;

/** The name of a group by its columns and values: `sex=Female, race=Black`. */
export const groupText = (columns: readonly string[], values: readonly string[]): string =>
  columns.map((column, index) => `${column}=${values[index] ?? ""}`).join(", ");

/** With what a shell or a list would take apart as its bytes: `%2C` for a comma. */
export const shellSafe = (name: string): string =>
  encodeURIComponent(name).replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
