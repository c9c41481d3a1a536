import { guessesOf, partCells, totalText } from "../../cost/words.ts";
import type { GateResult } from "../../gates/result.ts";
import type { StageReport } from "../../stages/stage.ts";
import type { Estimate } from "../../statistics/estimate.ts";
import { byteText, lastLinesOfAll, percent, short, signed } from "../../text.ts";
import { findingsOf } from "../findings.ts";
import { metricRows, withoutClasses } from "../measured.ts";
import { bounds } from "../numbers.ts";
import { moneyRange } from "../plan.ts";
import { projectWords } from "../project.ts";
import type { Report } from "../report.ts";
import { EMOJI, gateStatus, stageStatus } from "../status.ts";
import { messageWithWarnings } from "../text.ts";
import { duration, took } from "../time.ts";
import { headline, undecidedStage } from "../verdict.ts";
import { dataSection } from "./data.ts";
import { doubtfulRowsSection } from "./doubtful-rows.ts";
import { driftSection } from "./drift.ts";
import { groupsSection } from "./groups.ts";
import { leaksSection } from "./leaks.ts";
import { block, escaped, folded, table } from "./markdown.ts";
import { selfTestSection } from "./self-test.ts";
import { servingSection } from "./serving.ts";
import { withinBytes } from "./within.ts";
import { worstSlicesSection } from "./worst-slices.ts";

/** GitHub takes 65,536 characters in a comment and a megabyte in a job summary. */
const MAX_BYTES = 60_000;
const OUTPUT_LINES = 40;
/** The limit for the output of all stages together. */
const OUTPUT_LETTERS = 20_000;

/** Renders a run for a pull-request comment or a job summary: Markdown of at most 60 kB. */
export function summaryMarkdown(report: Report): string {
  const outputs = report.stages.filter((stage) => stage.output !== "");
  const parts = [
    verdict(report),
    ...dataSection(report),
    ...driftSection(report),
    ...gatesTable(report),
    ...metricsTable(report),
    ...groupsSection(report),
    ...worstSlicesSection(report),
    ...leaksSection(report),
    ...doubtfulRowsSection(report),
    ...selfTestSection(report),
    ...servingSection(report),
    "### Pipeline",
    table(["Stage", "", "Time", "Result"], stageRows(report)),
    ...costLine(report),
    ...outputs.map((stage) => outputBlock(stage, OUTPUT_LETTERS / outputs.length)),
    record(report),
  ];
  return withinBytes(`${parts.filter(Boolean).join("\n\n")}\n`, MAX_BYTES);
}

function verdict(report: Report): string {
  const { title, tone, findings, deciding } = headline(report);
  const { name, checkout } = projectWords(report);
  const where = report.image?.published ?? report.image?.id;
  return [
    `## ${EMOJI[tone]} ${escaped(title)}`,
    [name === undefined ? "" : `**${escaped(name)}**`, escaped(checkout ?? "")].filter(Boolean).join(" · "),
    ...(deciding === undefined
      ? []
      : [[`**${escaped(deciding.figure)}** ${escaped(deciding.name)}`, ...deciding.against.map(escaped)].join(" · ")]),
    list(findings),
    ...quickLine(report),
    ...(report.verdict === "failed"
      ? (report.drift === undefined || report.retraining !== undefined) &&
        report.image?.published === undefined &&
        report.deployments === undefined
        ? ["Nothing was published."]
        : []
      : where === undefined
        ? []
        : [`Image: \`${where}\``]),
    ...replayLine(report),
  ]
    .filter(Boolean)
    .join("\n\n");
}

/** How somebody opens what failed, where that can be replayed. */
const replayLine = ({ failure, stages, retraining }: Report): string[] =>
  retraining === undefined && stages.some(({ name, key }) => name === failure?.stage && key !== undefined)
    ? ["`ml-pipeline replay report/` opens it on a laptop, where `report/` is this report."]
    : [];

/** What a quick run has not looked at: whoever reads that it passed would take it for a judgement of the model. */
const quickLine = ({ training, gates }: Report): string[] =>
  training?.profile === undefined
    ? []
    : [
        `Quick profile: this says whether the project works, and not how good its model is. Asked were ${gates.length === 0 ? "no gates" : escaped(gates.map(({ id }) => id).join(", "))}; a full run asks the others.`,
      ];

/** Short findings are put on one line. */
const list = (findings: readonly string[]): string =>
  findings.every((one) => one.length < 60)
    ? escaped(findings.join("; "))
    : findings.length === 1
      ? escaped(findings.join())
      : findings.map((one) => `- ${escaped(one)}`).join("\n");

const gatesTable = ({ gates }: Report): string[] =>
  gates.length === 0 ? [] : ["### Gates", table(["Gate", "", "Result"], gates.flatMap(gateRows))];

/** A row for each finding; the first one names the gate. */
function gateRows(gate: GateResult): string[][] {
  const { word, tone } = gateStatus(gate);
  const plain = word === "passed" || word === "failed" || word === "skipped" ? "" : `${word}: `;
  return findingsOf(gate).map((text, index) =>
    index === 0 ? [gate.id, EMOJI[tone], `${plain}${text}`] : ["", "", text],
  );
}

const stageRows = (report: Report): string[][] =>
  report.stages.map((stage) => [
    stage.name,
    EMOJI[stageStatus(stage, undecidedStage(report)).tone],
    stage.status === "skipped" ? "" : took(stage),
    messageWithWarnings(stage),
  ]);

function costLine({ cost }: Report): string[] {
  if (cost === undefined) return [];
  const { currency, actual, planned } = cost;
  const parts = actual.parts.map((part) => {
    const [what = "", amount = "", , price = ""] = partCells(part, currency);
    return `${what} ${price} (${amount})`;
  });
  const guesses = guessesOf(actual);
  return [
    escaped(
      `Cost: ${totalText(actual, currency)}${planned === undefined ? "" : ` (planned ${moneyRange(planned.total, currency)})`}${parts.length < 2 ? "" : `: ${parts.join(", ")}`}.${guesses.length === 0 ? "" : ` * is assumed. ${guesses.join("; ")}.`}`,
    ),
  ];
}

function metricsTable({ metrics }: Report): string[] {
  const rows = metricRows(metrics);
  if (rows.length === 0) return [];
  const { whole, byClass } = withoutClasses(rows);
  const compared = metrics.baseline !== undefined;
  const confidence = metrics.intervals?.confidence;
  return [
    "### Metrics",
    table(
      ["Metric", "Candidate", ...(compared ? ["Baseline", "Difference"] : [])],
      whole.map(({ name, candidate, baseline, difference }) => [
        name,
        estimate(candidate, short),
        ...(compared ? [estimate(baseline, short), estimate(difference, signed)] : []),
      ]),
    ),
    ...(byClass === undefined
      ? []
      : [
          table(
            ["Class", ...byClass.names],
            byClass.classes.map(({ name, rows: own }) => [name, ...own.map((row) => estimate(row?.candidate, short))]),
          ),
        ]),
    ...(confidence === undefined || rows.every(({ candidate }) => candidate.interval === undefined)
      ? []
      : [`In brackets: ${percent(confidence)} intervals.`]),
  ];
}

const estimate = (one: Estimate | undefined, words: (value: number) => string): string =>
  one === undefined ? "" : `${words(one.value)} ${bounds(one.interval)}`.trim();

const outputBlock = ({ name, output }: StageReport, letters: number): string =>
  `### Output of ${escaped(name)}\n\n${block(lastLinesOfAll(output, OUTPUT_LINES).slice(-letters))}`;

function record({ hashes, dvc, image, environment, policy, startedAt, seconds, runId, project }: Report): string {
  // The key stands for its parts.
  const { trainingParts: _, ...named } = hashes;
  const rows = Object.entries({
    ...named,
    // The revision of many files is long; report.json has all of it.
    "data in DVC": dvc === undefined || dvc.length <= 300 ? dvc : `${dvc.slice(0, 300)}…`,
    image: environment.image,
    "size of the image": image?.bytes === undefined ? undefined : byteText(image.bytes),
    "largest in it": image?.folders?.map(({ path, bytes }) => `${path} (${byteText(bytes)})`).join(", "),
    python: environment.python,
    policy: policy && `${policy.name} ${policy.sha256}`,
    "run ID": runId,
    commit: project?.commit,
    branch: project?.branch,
    started: startedAt,
    took: duration(seconds),
  });
  const known = rows.flatMap(([name, value]) => (value === undefined || value === "" ? [] : [[name, value]]));
  return folded("Record", table(["What", "Value"], known));
}
