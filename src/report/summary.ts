import type { StageReport } from "../stages/stage.ts";
import { lastLines, short } from "../text.ts";
import type { Report } from "./report.ts";

/** GitHub takes 65,536 characters in a comment and a megabyte in a job summary. */
const MOST_BYTES = 60_000;
const OUTPUT_LINES = 40;
const OUTPUT_BYTES = 20_000;

const MARKS = { passed: "✅", failed: "❌", skipped: "⏭️", inconclusive: "❔" } as const;

/** The story of a run for a pull-request comment or a job summary: Markdown of at most 60 kB. */
export function summaryMarkdown(report: Report): string {
  const parts = [
    headline(report),
    table(["Stage", "", "Time", "Result"], report.stages.map(stageRow)),
    ...(report.gates.length > 0
      ? [
          "### Gates",
          table(
            ["Gate", "", "Result"],
            report.gates.map((gate) => [gate.id, mark(gate.status, gate.required), gate.message]),
          ),
        ]
      : []),
    ...metricsTable(report),
    ...report.stages.filter((stage) => stage.output !== "").map(outputBlock),
    record(report),
  ];
  return withinLimit(parts.filter(Boolean));
}

function headline({ verdict, failure, image }: Report): string {
  if (failure !== undefined) {
    const gate = failure.gate === undefined ? "" : ` (gate ${failure.gate})`;
    return `## ❌ Pipeline failed: ${escaped(failure.stage)}${gate}\n\n${escaped(failure.message)}\n\nNothing was published.`;
  }
  const where = image?.published ?? image?.id;
  return `## ✅ Pipeline ${verdict}\n\n${where === undefined ? "" : `Image: \`${where}\``}`;
}

const stageRow = (stage: StageReport): string[] => [
  stage.name,
  MARKS[stage.status],
  stage.status === "skipped" ? "" : stage.cached ? "cached" : `${stage.seconds.toFixed(1)} s`,
  stage.message,
];

const mark = (status: keyof typeof MARKS, required: boolean): string =>
  status === "failed" && !required ? "⚠️" : MARKS[status];

function metricsTable({ metrics: { candidate, baseline } }: Report): string[] {
  if (candidate === undefined) return [];
  const rows = Object.entries(candidate).map(([metric, value]) => {
    const before = baseline?.[metric];
    return [
      metric,
      short(value),
      ...(baseline === undefined ? [] : [before === undefined ? "" : short(before), difference(value, before)]),
    ];
  });
  return [
    "### Metrics",
    table(["Metric", "Candidate", ...(baseline === undefined ? [] : ["Baseline", "Difference"])], rows),
  ];
}

const difference = (value: number, before: number | undefined): string =>
  before === undefined ? "" : `${value >= before ? "+" : "−"}${short(Math.abs(value - before))}`;

function outputBlock(stage: StageReport): string {
  const text = lastLines(stage.output, OUTPUT_LINES).slice(-OUTPUT_BYTES);
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `### Output of ${escaped(stage.name)}\n\n${fence}text\n${text}\n${fence}`;
}

function record({ hashes, environment, startedAt, seconds }: Report): string {
  const rows = Object.entries({ ...hashes, image: environment.image, python: environment.python, started: startedAt });
  return [
    "<details><summary>Record</summary>",
    "",
    table(
      ["What", "Value"],
      [...rows.map(([name, value]) => [name, value ?? ""]), ["took", `${seconds.toFixed(1)} s`]],
    ),
    "",
    "</details>",
  ].join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Text of the user's project shows as it is: no markup, no new line, no end of a table cell. */
const escaped = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>|~#&]/g, (sign) => ({ "<": "&lt;", "&": "&amp;" })[sign] ?? `\\${sign}`)
    .replace(/\s*[\n\r]\s*/g, " ");

function withinLimit(parts: readonly string[]): string {
  const text = `${parts.join("\n\n")}\n`;
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MOST_BYTES) return text;
  const note = "\n\n… cut; the whole story is in report.json.\n";
  return new TextDecoder().decode(bytes.slice(0, MOST_BYTES - 200)).replace(/\uFFFD*$/, "") + note;
}
