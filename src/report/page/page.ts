import { doubtfulSentences } from "../../measurements/doubtful-rows/words.ts";
import { lastLinesOfAll } from "../../text.ts";
import { type Drawn, NOTHING_DRAWN } from "../plots/draw.ts";
import { figuresOf } from "../plots/figures.ts";
import { projectWords } from "../project.ts";
import type { Report } from "../report.ts";
import { stageStatus } from "../status.ts";
import { messageWithWarnings } from "../text.ts";
import { duration, took } from "../time.ts";
import { type Headline, headline, undecidedStage } from "../verdict.ts";
import { casesSection, shadowSection } from "./cases.ts";
import { costTable, stageCost } from "./cost.ts";
import { dataSection } from "./data.ts";
import { doubtfulRowsSection } from "./doubtful-rows.ts";
import { driftSection } from "./drift.ts";
import { figures } from "./figures.ts";
import { flow } from "./flow.ts";
import { gatesTable, list } from "./gates.ts";
import { type Content, type Html, html } from "./html.ts";
import { leaksSection } from "./leaks.ts";
import { mark, statusBadge } from "./mark.ts";
import { metricsTable } from "./metrics.ts";
import { recordSection, testsTable } from "./record.ts";
import { retrainingSection } from "./retraining.ts";
import { selfTestSection } from "./self-test.ts";
import { type Section, shell } from "./shell.ts";
import { table } from "./table.ts";
import { worstSlicesSection } from "./worst-slices.ts";

/**
 * Renders `index.html`: one file, without scripts and without external assets.
 *
 * @param drawn the pictures of `figuresOf(report)`
 */
export function page(report: Report, drawn: Drawn = NOTHING_DRAWN): string {
  const top = headline(report);
  return shell({
    title: [top.title, projectWords(report).name, "ML pipeline report"].filter(Boolean).join(" – "),
    brand: "ML pipeline report",
    top: [
      projectLine(report),
      html`
${verdict(report, top)}`,
    ],
    sections: sections(report, drawn),
    footer: html`Everything on this page is in <code>report.json</code> beside it.`,
  }).text;
}

/** Short findings are put on one line. */
const short = (findings: readonly string[]): Content =>
  findings.every((one) => one.length < 60) ? findings.join(" · ") : list(findings);

/** What was run, above how it ended. */
function projectLine(report: Report): Html | undefined {
  const { name, checkout } = projectWords(report);
  if (name === undefined && checkout === undefined) return undefined;
  return html`
<p class="project">${name !== undefined && html`<strong>${name}</strong> `}${checkout !== undefined && html`<span>${checkout}</span>`}</p>`;
}

const verdict = (
  { startedAt, seconds, runId, dryRun, training, drift, retraining, image, deployments }: Report,
  { title, tone, findings, deciding }: Headline,
): Html => html`
<section class="verdict ${tone}" aria-labelledby="verdict">
<h1 id="verdict">${mark(tone)}<span>${title}</span></h1>
${
  deciding !== undefined &&
  html`<p class="deciding"><span class="figure-number">${deciding.figure}</span> <span class="of"><span class="what">${deciding.name}</span>${deciding.against.map((one) => html` <span class="against">${one}</span>`)}</span></p>`
}
<div class="message">${short(findings)}</div>
<p class="when">${startedAt.slice(0, 16).replace("T", " ")} UTC, took ${duration(seconds)}${runId === undefined ? "" : html`, run <code>${runId}</code>`}${training?.reused === true ? ", with an earlier model" : ""}${training?.profile === undefined ? "" : ", with the quick profile, whose model goes nowhere"}${dryRun === true ? ", as a dry run: nothing was pushed, deployed or stored" : ""}${tone === "passed" || (drift !== undefined && retraining === undefined) || image?.published !== undefined || deployments !== undefined ? "" : ". Nothing was published"}.</p>
</section>`;

/** Those that the run has data for. */
function sections(report: Report, drawn: Drawn): Section[] {
  const { stages, gates, metrics, measurements, tests, data, drift, retraining, selfTest } = report;
  const all = figuresOf(report);
  const outputs = stages.filter((stage) => stage.output !== "");
  const { worstSlices, doubtfulRows, leaks, cases, shadow } = measurements ?? {};
  const dataPart = data !== undefined && { id: "data", title: "Data", content: dataSection(data) };
  const broken = data !== undefined && data.findings.length > 0;
  const wanted: (Section | false)[] = [
    {
      id: "pipeline",
      title: "Pipeline",
      content: [
        flow(stages, undecidedStage(report)),
        stagesTable(report),
        report.cost && costTable(report, report.cost),
      ],
    },
    outputs.length > 0 && {
      id: "output",
      title: "Output of what failed",
      content: outputs.map(({ name, output }) => outputBlock(name, output)),
    },
    // Broken data ended the run, so it comes first; otherwise the model is of more interest.
    broken && dataPart,
    retraining !== undefined && { id: "retraining", title: "Retraining", content: retrainingSection(retraining) },
    drift !== undefined && { id: "drift", title: "Drift", content: driftSection(drift) },
    gates.length > 0 && { id: "gates", title: "Gates", content: gatesTable(gates) },
    all.length > 0 && { id: "measurements", title: "Measurements", content: figures(all, drawn) },
    leaks !== undefined &&
      leaks.leaking.length > 0 && { id: "leaks", title: "Columns that say the label", content: leaksSection(leaks) },
    worstSlices !== undefined && {
      id: "worst-slices",
      title: "Worst slices",
      content: worstSlicesSection(worstSlices),
    },
    doubtfulRows !== undefined &&
      doubtfulSentences(doubtfulRows).length > 0 && {
        ...{ id: "doubtful-rows", title: "Doubtful rows" },
        content: doubtfulRowsSection(doubtfulRows),
      },
    selfTest !== undefined && { id: "self-test", title: "Self-test of the gates", content: selfTestSection(selfTest) },
    cases !== undefined &&
      cases.cases.length > 0 && { id: "cases", title: "Failure modes", content: casesSection(cases) },
    shadow !== undefined && { id: "shadow", title: "Shadow", content: shadowSection(shadow) },
    metrics.candidate !== undefined &&
      Object.keys(metrics.candidate).length > 0 && { id: "metrics", title: "Metrics", content: metricsTable(metrics) },
    !broken && dataPart,
    tests.length > 0 && { id: "tests", title: "Tests", content: testsTable(tests) },
    { id: "record", title: "Record", content: recordSection(report) },
  ];
  return wanted.filter((one) => one !== false);
}

const stagesTable = (report: Report): Html =>
  html`<details><summary>What each stage says</summary>${table(
    ["Stage", "Result", "Time", ...(report.cost === undefined ? [] : ["Cost"]), "What it says"],
    report.stages.map((stage) => [
      stage.name,
      statusBadge(stageStatus(stage, undecidedStage(report))),
      took(stage),
      ...(report.cost === undefined ? [] : [stageCost(report.cost, stage.name)]),
      messageWithWarnings(stage),
    ]),
    {
      label: "Stages",
      columns: ["", "", "number", ...(report.cost === undefined ? [] : ["number" as const]), "text"],
      stacks: true,
    },
  )}</details>`;

const OUTPUT_LINES = 1000;
const OUTPUT_LETTERS = 50_000;

const outputBlock = (name: string, output: string): Html => html`<h3>${name}</h3>
<pre tabindex="0" role="region" aria-label="Output of ${name}">${lastLinesOfAll(output, OUTPUT_LINES).slice(-OUTPUT_LETTERS)}</pre>`;
