import { UserError } from "../errors.ts";
import type { StageReport } from "../stages/stage.ts";
import type { MatrixRow } from "../stages/test-matrix.ts";
import { aligned } from "../text.ts";
import { failureText } from "./text.ts";

/**
 * Versions by suites, as a table of text.
 *
 * @throws UserError when a suite failed, or a version has no image
 */
export function assertMatrix(rows: readonly MatrixRow[]): string {
  const table = matrixTable(rows);
  const failed = rows.flatMap((row) => row.suites.filter((suite) => suite.status === "failed"));
  const missing = rows.flatMap((row) => row.missing ?? []);
  if (failed.length + missing.length === 0) return table;
  throw new UserError(
    failureText([`The test matrix failed.`, table, ...missing.map((text) => `✗ ${text}`)].join("\n\n"), failed),
  );
}

export function matrixTable(rows: readonly MatrixRow[]): string {
  const layers = [...new Set(rows.flatMap((row) => row.suites.map(layerOf)))];
  const cells = [
    ["Python", ...layers],
    ...rows.map((row) => [
      row.python,
      ...(row.missing === undefined
        ? layers.map((layer) => cellText(row.suites.find((suite) => layerOf(suite) === layer)))
        : ["✗ no image", ...layers.slice(1).map(() => "")]),
    ]),
  ];
  return aligned(cells).join("\n");
}

/** `test unit on 3.12`. */
const layerOf = ({ name }: StageReport): string => name.split(" ")[1] ?? name;

function cellText(suite: StageReport | undefined): string {
  if (suite === undefined) return "";
  if (suite.status === "skipped") return "–";
  const mark = suite.status === "failed" ? "✗" : (suite.warnings ?? []).length > 0 ? "⚠" : "✓";
  return `${mark} ${suite.message.split("; ")[0]}`;
}
