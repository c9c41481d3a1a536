import type { StageReport } from "../stages/stage.ts";
import { oneLine } from "../text.ts";

/** Letters of a reason: all of it is in the report. */
const BRIEF = 300;

/**
 * Prints that what is given comes of something that failed. A call that exports a folder ends well whatever is in the folder, so that a
 * CI job has its report: whoever reads only the end is not to take it for a pass. Both engines show what is printed.
 *
 * @param outcome in a few words, such as `verdict: failed`
 */
export function sayOutcome(outcome: string, reason: string): void {
  const line = oneLine(reason);
  console.warn(`${outcome} (${line.length > BRIEF ? `${line.slice(0, BRIEF)}…` : line})`);
}

/** The stages that failed, as the reason of an outcome. */
export const failedText = (stages: readonly Pick<StageReport, "name" | "status" | "message">[]): string =>
  stages
    .filter(({ status }) => status === "failed")
    .map(({ name, message }) => `${name}: ${message.split("\n", 1)[0]}`)
    .join("; ");
