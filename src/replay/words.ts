import { lastLinesOfAll, oneLine } from "../text.ts";
import type { EndedStage, ReplayOutcome } from "./outcome.ts";

/** What was had of an input of the run. */
export interface Had {
  readonly input: "source" | "data" | "model" | "accepted model" | "image in production";
  /** Whether it is what the run had: undefined where nobody can tell. */
  readonly isSame?: boolean | undefined;
  /** Where it is from, or why it cannot be had, and what to do. */
  readonly text: string;
}

/** What came of a replay. */
export interface Replayed {
  /** Undefined where the run of the report did not fail. */
  readonly stage?: string | undefined;
  readonly outcome: ReplayOutcome;
  /** Stages of such a run that only warned, and can be replayed by their names. */
  readonly warned?: readonly string[] | undefined;
  readonly had: readonly Had[];
  readonly before?: EndedStage | undefined;
  readonly now?: (EndedStage & { readonly output: string }) | undefined;
  /** The failing command, as it can be typed in the container. */
  readonly typed?: string | undefined;
  /** Another command that was run in the container. */
  readonly other?: { readonly command: string; readonly exitCode: number; readonly output: string } | undefined;
}

const LINES = 200;

/** A clause of each, and no more than so many. */
export const some = (clauses: readonly string[], most = 4): string =>
  [...clauses.slice(0, most), ...(clauses.length > most ? [`${clauses.length - most} more`] : [])].join("; ");

/** What a replay found, for a person. */
export function replayedText({ stage, outcome, warned = [], had, before, now, typed, other }: Replayed): string {
  if (stage === undefined || before === undefined || now === undefined) {
    const [first] = warned;
    const others = first === undefined ? "" : ` ${warned.join(", ")} only warned: --stage="${first}" replays it.`;
    return `There is nothing to replay: no stage failed in the run of this report.${others}`;
  }
  return [
    `${stage} failed: ${before.message}`,
    ...had.map((one) => `  ${sign(one)} ${one.input}: ${one.text}`),
    outcomeText(stage, outcome, now),
    ...indented(now.output),
    ...(typed === undefined ? [] : [`The command: ${typed}`]),
    ...(other === undefined
      ? []
      : [`${other.command} ended with exit code ${other.exitCode}`, ...indented(other.output)]),
  ].join("\n");
}

const sign = ({ isSame }: Had): string => (isSame === undefined ? "?" : isSame ? "✓" : "✗");

function outcomeText(stage: string, outcome: ReplayOutcome, { message }: EndedStage): string {
  switch (outcome) {
    case "same":
      return `Replayed: ${stage} failed the same way: ${oneLine(message)}`;
    case "passed":
      return `Replayed: ${stage} passed: ${oneLine(message)}`;
    default:
      return `Replayed: ${stage} failed in another way: ${oneLine(message)}`;
  }
}

const indented = (output: string): string[] =>
  output.trim() === ""
    ? []
    : lastLinesOfAll(output, LINES)
        .split("\n")
        .map((line) => `    ${line}`);
