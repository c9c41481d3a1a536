import type { StageReport } from "../../stages/stage.ts";
import { stageStatus } from "../status.ts";
import { took } from "../time.ts";
import { type Html, html } from "./html.ts";
import { mark } from "./mark.ts";

interface Step {
  readonly title: string;
  readonly stages: StageReport[];
}

/**
 * The stages by step, in the order in which the report has them. Reports of earlier versions name no steps, so each
 * stage is one.
 */
export function steps(stages: readonly StageReport[]): Step[] {
  const byTitle = new Map<string, Step>();
  for (const stage of stages) {
    const title = stage.step ?? capital(stage.name);
    const step = byTitle.get(title) ?? { title, stages: [] };
    step.stages.push(stage);
    byTitle.set(title, step);
  }
  return [...byTitle.values()];
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** The pipeline as a picture: steps from left to right, below each other where there is no room. */
export function flow(stages: readonly StageReport[], undecided: string | undefined): Html {
  const longest = Math.max(...stages.map((stage) => stage.seconds), 0.001);
  return html`<ol class="flow">${steps(stages).map(
    ({ title, stages }) => html`
<li class="step"><h3>${title}</h3><ul>${stages.map((stage) => node(stage, longest, undecided))}</ul></li>`,
  )}</ol>`;
}

function node(stage: StageReport, longest: number, undecided: string | undefined): Html {
  const { word, tone } = stageStatus(stage, undecided);
  const share = stage.status === "skipped" || stage.cached ? 0 : Math.max(0.02, stage.seconds / longest);
  return html`
<li class="stage ${tone}${stage.cached ? " cached" : ""}">${mark(tone)}<span class="name">${stage.name}</span><span class="hidden">: ${word}, </span><span class="bar" aria-hidden="true"><span style="width:${(100 * share).toFixed(1)}%"></span></span><span class="time">${took(stage)}</span></li>`;
}
