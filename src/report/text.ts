import { type ManualPage, seePages, UserError } from "../errors.ts";
import type { GateResult } from "../gates/result.ts";
import { COMPARISON, RETRAINING, VERIFIED_TRAINING, WINDOW } from "../pipeline.ts";
import type { AnyStage } from "../stages/definition.ts";
import { judge } from "../stages/judge.ts";
import type { StageReport } from "../stages/stage.ts";

/** What is printed of a stage. */
type PrintedStage = Pick<StageReport, "name" | "status" | "message" | "warnings" | "output">;

/** What is printed of a gate. */
type PrintedGate = Pick<GateResult, "id" | "status" | "message">;

const STAGES: readonly AnyStage[] = [...COMPARISON, ...WINDOW, ...RETRAINING, ...VERIFIED_TRAINING];

/**
 * The text for stages that failed: each with its name, its command, how it ended, and what it printed last. The last line names
 * the pages of the manual that these stages have.
 *
 * @param heading absent where the line of the one stage says all of it
 */
export function failureText(heading: string | undefined, stages: readonly PrintedStage[]): string {
  const failed = stages.filter((stage) => stage.status === "failed");
  const pages = [...new Set(failed.flatMap(pageOf))];
  const sections = [...failed.map(failedStage), ...(pages.length === 0 ? [] : [seePages(pages)])];
  return (heading === undefined ? sections : [heading, ...sections]).join("\n\n");
}

function pageOf({ name }: PrintedStage): readonly ManualPage[] {
  const page = STAGES.find((stage) => stage.name === name)?.page;
  return page === undefined ? [] : [page];
}

/** What failed and what it printed, and after that what only warns. */
const failedStage = ({ name, message, output, warnings = [] }: PrintedStage): string =>
  [
    `✗ ${name}: ${message}`,
    ...(output === "" ? [] : [indented(output)]),
    ...warnings.map((warning) => `    warning: ${warning}`),
  ].join("\n");

/**
 * The text for a run of stages of which some failed: the heading, a line for each of the others, and then the failures, so that
 * these stand last, where a person looks first.
 *
 * @param heading gets the names of those that failed
 */
export function failedRunText(heading: (failed: string) => string, stages: readonly PrintedStage[]): string {
  const failed = stages.filter(({ status }) => status === "failed").map(({ name }) => name);
  const others = stages.filter(({ status }) => status !== "failed").map(lineOf);
  const head = heading(failed.join(", "));
  return failureText(others.length === 0 ? head : `${head}\n\n${others.join("\n")}`, stages);
}

/** Letters of a stage's line that is not about what failed. */
const BRIEF = 160;

const lineOf = (stage: PrintedStage): string => {
  const line = `${signOf(stage)} ${stage.name}: ${stage.message.split("\n", 1)[0]}`;
  return line.length > BRIEF ? `${line.slice(0, BRIEF)}…` : line;
};

const signOf = ({ status, warnings = [] }: PrintedStage): string =>
  status === "skipped" ? "–" : warnings.length > 0 || status === "warned" ? "⚠" : "✓";

/** The text for stages that passed: one line for each, one for each warning, and one for each gate that was asked, with its numbers. */
export const passedText = (stages: readonly PrintedStage[], gates: readonly PrintedGate[] = []): string =>
  stages
    .flatMap((stage) => [
      `${signOf(stage)} ${stage.name}: ${stage.message}`,
      ...(stage.name === judge.name ? gates.flatMap(gateLine) : []),
      ...(stage.status === "warned" && stage.output !== "" ? [indented(stage.output)] : []),
      ...(stage.warnings ?? []).map((warning) => `    warning: ${warning}`),
    ])
    .join("\n");

const gateLine = ({ id, status, message }: PrintedGate): string[] =>
  status === "skipped" ? [] : [`    ${status === "passed" ? "✓" : "⚠"} ${id}: ${message}`];

/** What a stage found, and what a person should look at. */
export const messageWithWarnings = ({ message, warnings = [] }: Pick<StageReport, "message" | "warnings">): string =>
  [message, ...warnings.map((warning) => `warning: ${warning}`)].join("; ");

/**
 * Ends a function that consists of stages.
 *
 * @returns one line for each stage
 * @throws UserError when one failed
 */
export function assertStages(stages: readonly PrintedStage[]): string {
  const failed = stages.filter((stage) => stage.status === "failed");
  if (failed.length === 0) return passedText(stages);
  // The line of one stage says its name, and so does whoever called the function.
  const heading = failed.length === 1 ? undefined : `${failed.map((stage) => stage.name).join(", ")} failed`;
  throw new UserError(failureText(heading, stages));
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
