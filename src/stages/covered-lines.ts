import { z } from "zod";

/** The lines of each file that have code, and those of them that ran; what `coverage json` writes. */
export const coveredLinesSchema = z.object({
  files: z.record(z.string(), z.object({ executed_lines: z.array(z.number()), missing_lines: z.array(z.number()) })),
});
export type CoveredLines = z.output<typeof coveredLinesSchema>;

/** The share of lines that at least one of them ran; undefined where there are no lines. */
export function coveredShare(layers: readonly CoveredLines[]): number | undefined {
  const all = new Map<string, { readonly lines: Set<number>; readonly ran: Set<number> }>();
  for (const { files } of layers) {
    for (const [file, { executed_lines: ran, missing_lines: missing }] of Object.entries(files)) {
      const known = all.get(file) ?? { lines: new Set(), ran: new Set() };
      all.set(file, known);
      for (const line of [...ran, ...missing]) known.lines.add(line);
      for (const line of ran) known.ran.add(line);
    }
  }
  const sum = (count: (one: { lines: Set<number>; ran: Set<number> }) => number): number =>
    [...all.values()].reduce((total, one) => total + count(one), 0);
  const lines = sum((one) => one.lines.size);
  return lines === 0 ? undefined : sum((one) => one.ran.size) / lines;
}
