/* Differences between texts, in the form that git and patch read. */

/** A line of a difference: taken over, removed, or added. */
interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

/** How many lines around a change are shown, as git does. */
const CONTEXT = 3;
/** Beyond this many comparisons, all lines between the first and the last difference are replaced. */
const MOST_COMPARISONS = 4_000_000;

/**
 * The difference of a file as git shows it.
 *
 * @param before undefined for a file that is new
 * @param after undefined for a file that is gone
 */
export function filePatch(path: string, before: string | undefined, after: string | undefined): string {
  const mode =
    before === undefined ? "new file mode 100644\n" : after === undefined ? "deleted file mode 100644\n" : "";
  const from = before === undefined ? "/dev/null" : `a/${path}`;
  const to = after === undefined ? "/dev/null" : `b/${path}`;
  const head = `diff --git a/${path} b/${path}\n${mode}`;
  if (`${before ?? ""}${after ?? ""}`.includes("\0")) return `${head}Binary files ${from} and ${to} differ\n`;
  const hunks = hunksOf(difference(linesOf(before ?? ""), linesOf(after ?? "")));
  return hunks === "" ? head : `${head}--- ${from}\n+++ ${to}\n${hunks}`;
}

/** Lines with their ends, so that a missing one at the end of a file is a difference. */
const linesOf = (text: string): string[] => (text === "" ? [] : text.split(/(?<=\n)/));

function difference(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ sign: " ", text }));
  return [
    ...same(before.slice(0, start)),
    ...between(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

/** The shortest way from one list of lines to another, by their longest common subsequence. */
function between(before: readonly string[], after: readonly string[]): Line[] {
  const removed = before.map((text): Line => ({ sign: "-", text }));
  const added = after.map((text): Line => ({ sign: "+", text }));
  if (before.length * after.length > MOST_COMPARISONS) return [...removed, ...added];
  // The length of the longest common subsequence of what follows each pair of places.
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length || column < after.length) {
    const one = removed[row];
    const other = added[column];
    if (one !== undefined && other !== undefined && one.text === other.text) {
      lines.push({ sign: " ", text: one.text });
      row++;
      column++;
    } else if (one !== undefined && (other === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(one);
      row++;
    } else if (other !== undefined) {
      lines.push(other);
      column++;
    }
  }
  return lines;
}

/** The changes with the lines around them; those that are near each other are one. */
function hunksOf(lines: readonly Line[]): string {
  const changed = lines.flatMap(({ sign }, index) => (sign === " " ? [] : [index]));
  const ranges: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    if (last !== undefined && index - CONTEXT <= last.to) last.to = Math.min(lines.length, index + CONTEXT + 1);
    else ranges.push({ from: Math.max(0, index - CONTEXT), to: Math.min(lines.length, index + CONTEXT + 1) });
  }
  return ranges.map(({ from, to }) => hunk(lines, from, to)).join("");
}

function hunk(lines: readonly Line[], from: number, to: number): string {
  const count = (sign: "-" | "+", end: number, start = 0): number =>
    lines.slice(start, end).filter((line) => line.sign === " " || line.sign === sign).length;
  const range = (sign: "-" | "+"): string => {
    const length = count(sign, to, from);
    const start = count(sign, from) + (length === 0 ? 0 : 1);
    return length === 1 ? `${start}` : `${start},${length}`;
  };
  const shown = lines
    .slice(from, to)
    .map(({ sign, text }) => `${sign}${text}${text.endsWith("\n") ? "" : "\n\\ No newline at end of file\n"}`);
  return `@@ -${range("-")} +${range("+")} @@\n${shown.join("")}`;
}
