import type { Row } from "../measurement.ts";

const headings: Row = { what: "", ours: "ml-pipeline", peer: "peer", ratio: "", limit: "limit", within: undefined };

/** Formats rows as a table whose columns are as wide as their widest cells. */
export function table(rows: readonly Row[]): string {
  const cells = [headings, ...rows].map((row) => [row.what, row.ours, row.peer, row.ratio, row.limit, verdict(row)]);
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function verdict({ within }: Row): string {
  if (within === undefined) return "";
  return within ? "ok" : "OVER";
}

export const seconds = (value: number): string => `${value.toFixed(value < 9.95 ? 2 : 0)} s`;

/** Says how many times faster or slower ours is than the peer. */
export function faster(ours: number, peer: number): string {
  return ours <= peer ? `${(peer / ours).toFixed(1)}× faster` : `${(ours / peer).toFixed(1)}× slower`;
}
