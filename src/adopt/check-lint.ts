import type { Context } from "../context/context.ts";
import { plannedCheckers } from "../project/lint/checkers.ts";
import { type Remark, skipped } from "./remark.ts";

/** Checkers that run and decide nothing, since the project does not say that it uses them. */
export function checkLint({ project, config }: Pick<Context, "project" | "config">): Remark[] {
  const { root, files, toolTexts } = project;
  const planned = plannedCheckers({ root, pyproject: files.pyproject, texts: toolTexts }, config.lint);
  const warning = planned.filter(({ required }) => !required).map(({ name }) => name);
  if (warning.length === 0) return [];
  const all = planned.map(({ name }) => JSON.stringify(name)).join(", ");
  return [
    skipped(
      `lint: what ${warning.join(", ")} ${warning.length === 1 ? "finds" : "find"} only warns, since the project neither configures nor names ${warning.length === 1 ? "it" : "them"}: lint.tools = [${all}] makes it count`,
    ),
  ];
}
