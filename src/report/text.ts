import { type ManualPage, seePages, UserError } from "../errors.ts";
import { COMPARISON, PIPELINE } from "../pipeline.ts";
import type { AnyStage } from "../stages/definition.ts";
import type { StageReport } from "../stages/stage.ts";

/** What a person reads of a stage. */
type ToldStage = Pick<StageReport, "name" | "status" | "message" | "output">;

const STAGES: readonly AnyStage[] = [...PIPELINE, ...COMPARISON];

/**
 * What a person reads when stages failed: each with its name, its command, how it ended, and what it printed last; and where
 * to read on, for stages that have a page.
 */
export function failureText(heading: string, stages: readonly ToldStage[]): string {
  const failed = stages.filter((stage) => stage.status === "failed");
  const pages = [...new Set(failed.flatMap(pageOf))];
  return [heading, ...failed.map(failedStage), ...(pages.length === 0 ? [] : [seePages(pages)])].join("\n\n");
}

function pageOf({ name }: ToldStage): readonly ManualPage[] {
  const page = STAGES.find((stage) => stage.name === name)?.page;
  return page === undefined ? [] : [page];
}

function failedStage({ name, message, output }: ToldStage): string {
  const text = output === "" ? "" : `\n${indented(output)}`;
  return `✗ ${name}: ${message}${text}`;
}

/** What a person reads when a verb did what it was asked for. */
export const passedText = (stages: readonly ToldStage[]): string =>
  stages.map(({ name, status, message }) => `${status === "skipped" ? "–" : "✓"} ${name}: ${message}`).join("\n");

/**
 * A verb is its stages followed by this.
 *
 * @returns one line for each stage
 * @throws UserError when one failed
 */
export function assertStages(stages: readonly ToldStage[]): string {
  const failed = stages.filter((stage) => stage.status === "failed");
  if (failed.length === 0) return passedText(stages);
  throw new UserError(failureText(`${failed.map((stage) => stage.name).join(", ")} failed`, stages));
}

const indented = (text: string): string =>
  text
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
