import { money } from "../../cost/words.ts";
import { type JournalEntry, nameOf } from "../../journal/entry.ts";
import { counted } from "../../text.ts";
import { type Content, type Html, html } from "../page/html.ts";
import { statusBadge } from "../page/mark.ts";
import { type Section, shell } from "../page/shell.ts";
import { table } from "../page/table.ts";
import { duration } from "../time.ts";
import type { RunList } from "./text.ts";
import { isDeployed, trend } from "./trend.ts";
import { begun, commitText, deployedText, estimateText, measured, metricNames, verdictText } from "./words.ts";

/** More pictures than that are of metrics that nobody looks for. */
const PICTURES = 12;

/** Renders `history.html`: runs over time. */
export function historyPage({ entries, remarks, metric }: RunList): string {
  const names = metricNames(entries);
  const first = metric ?? names[0];
  const project = entries.find((entry) => entry.project?.name !== undefined)?.project?.name;
  const deployed = entries.filter(({ deployments = [] }) => deployments.length > 0);
  const parts: (Section | false)[] = [
    names.length > 0 && { id: "metrics", title: "Metrics", content: trends(entries, names) },
    { id: "runs", title: "Runs", content: runsTable(entries, first) },
    deployed.length > 0 && { id: "deployed", title: "What was deployed when", content: deployedTable(deployed) },
    remarks.length > 0 && {
      id: "left-out",
      title: "What was left out",
      content: html`<ul>${remarks.map((one) => html`<li>${one}</li>`)}</ul>`,
    },
  ];
  return shell({
    title: ["Runs", project, "ML pipeline history"].filter(Boolean).join(" – "),
    brand: "ML pipeline history",
    top: top(entries, project),
    sections: parts.filter((one) => one !== false),
    footer: html`Everything on this page is in <code>runs.json</code> beside it.`,
  }).text;
}

function top(entries: readonly JournalEntry[], project: string | undefined): Html {
  const passed = entries.filter(({ verdict }) => verdict === "passed").length;
  const last = entries.find(isDeployed);
  return html`${project !== undefined && html`<p class="project"><strong>${project}</strong></p>`}
<section aria-labelledby="runs-title"><h1 id="runs-title">${counted(entries.length, "run")}, ${passed} passed</h1>
<p class="when">${entries.length > 0 && html`From ${begun(entries.at(-1) ?? { startedAt: "" })} to ${begun(entries[0] ?? { startedAt: "" })} UTC.`}${last !== undefined && html` Deployed last: run <code>${nameOf(last)}</code> (${deployedText(last)}).`}</p></section>`;
}

function trends(entries: readonly JournalEntry[], names: readonly string[]): Html {
  const oldestFirst = entries.toReversed();
  const more = names.length - PICTURES;
  return html`<p class="caption">One mark a run, in their order: a dot passed, a square failed, a ring was deployed. A line through it is its interval.${more > 0 && ` ${counted(more, "more metric")} in runs.json.`}</p>
<div class="figures">${names.slice(0, PICTURES).map(
    (name, index) => html`
<section class="figure" aria-labelledby="metric-${index}"><h3 id="metric-${index}">${name}</h3>
<div class="drawings"><div class="drawing">${trend(oldestFirst, name)}</div></div></section>`,
  )}</div>`;
}

function runsTable(entries: readonly JournalEntry[], metric: string | undefined): Content {
  return table(
    ["Run", "Began (UTC)", "Verdict", metric ?? "Metric", "Took", "Cost", "Commit", "Deployed"],
    entries.map((entry) => [
      ...[html`<code>${nameOf(entry)}</code>`, begun(entry)],
      statusBadge({ word: verdictText(entry), tone: entry.verdict }),
      metricCell(entry, metric),
      duration(entry.seconds),
      entry.cost === undefined ? "" : money(entry.cost.actual.total, entry.cost.currency),
      ...[html`<code>${commitText(entry)}</code>`, deployedText(entry)],
    ]),
    { label: "Runs", columns: ["", "", "", "number", "number", "number", "", ""], stacks: true },
  );
}

function metricCell(entry: JournalEntry, metric: string | undefined): string {
  const found = metric === undefined ? undefined : measured(entry, metric);
  return found === undefined ? "" : estimateText(found);
}

const deployedTable = (entries: readonly JournalEntry[]): Html =>
  table(
    ["Began (UTC)", "Environment", "What came of it", "Image", "Run"],
    entries.flatMap((entry) =>
      (entry.deployments ?? []).map((one) => [
        ...[begun(entry), one.environment, deployedText({ deployments: [one] })],
        ...[html`<code>${one.image}</code>`, html`<code>${nameOf(entry)}</code>`],
      ]),
    ),
    { label: "Deployments", columns: ["", "", "", "text", ""], stacks: true },
  );
