import { limitText } from "../config/forms.ts";
import { explainExitCode } from "../containers/exit-code.ts";
import type { DriftReadings } from "../drift/readings.ts";
import { ACTION_WORDS, nameOf, pText } from "../drift/words.ts";
import type { Deciding, Gate, GateResult } from "../gates/gate.ts";
import { GATES } from "../gates/list.ts";
import { lookup } from "../lookup.ts";
import { counted, grouped, intervalText, percent, short } from "../text.ts";
import { metricLimits, reportedSettings } from "./limits.ts";
import { byMetric, metricRows } from "./measured.ts";
import type { Report } from "./report.ts";
import type { Tone } from "./status.ts";

/** The run in a few words, and the number that decided it. */
export interface Headline {
  readonly title: string;
  readonly tone: Tone;
  /** Why, or what was found, in a sentence. */
  readonly message: string;
  readonly deciding?: Deciding;
}

/** What the top of every report says. */
export function headline(report: Report): Headline {
  const { failure, verdict, drift } = report;
  if (drift !== undefined) return headlineOfDrift(drift);
  if (verdict === "passed") {
    const deciding = decidingOfPassed(report);
    return {
      title: "Passed",
      tone: "passed",
      message: passedMessage(report),
      ...(deciding === undefined ? {} : { deciding }),
    };
  }
  const gate = report.gates.find((one) => one.id === failure?.gate);
  if (gate !== undefined) {
    const deciding = decidingOfGate(report, gate);
    return { ...gateTitle(gate), message: gate.message, ...(deciding === undefined ? {} : { deciding }) };
  }
  const deciding = decidingOfStage(report);
  return {
    title: `Failed: ${failure?.stage ?? "no stage says why"}`,
    tone: "failed",
    message: failure?.message ?? "",
    ...(deciding === undefined ? {} : { deciding }),
  };
}

/** What is to be done, and the test that drifted most. */
function headlineOfDrift({ action, message, tests, limits, metric }: DriftReadings): Headline {
  const [worst] = tests;
  const deciding =
    worst?.outcome === "drifted"
      ? {
          figure: short(worst.effect),
          name: `${nameOf(worst)}, ${worst.test}`,
          against: [`limit ${limits.minEffect}`, `adjusted p ${pText(worst.adjustedP)}`],
        }
      : metric?.outcome === "decayed" && metric.live !== undefined && metric.accepted !== undefined
        ? {
            figure: short(metric.live.value),
            name: `live ${metric.metric}`,
            against: [`accepted ${short(metric.accepted.value)}`, `tolerance ${metric.tolerance}`],
          }
        : undefined;
  return {
    title: ACTION_WORDS[action],
    tone: action === "nothing" ? "passed" : "warning",
    message: message.slice(message.indexOf(": ") + 2),
    ...(deciding === undefined ? {} : { deciding }),
  };
}

/** The stage that ended the run without a failure: one of its gates is inconclusive. */
export const undecidedStage = (report: Report): string | undefined =>
  headline(report).tone === "unsure" ? report.failure?.stage : undefined;

function gateTitle({ id, status }: GateResult): Pick<Headline, "title" | "tone"> {
  if (status !== "inconclusive") return { title: `Failed: gate ${id}`, tone: "failed" };
  if (id === "suspicious-gain") return { title: "Held for a person: too good to be true?", tone: "unsure" };
  return { title: `Held back: ${id} is inconclusive`, tone: "unsure" };
}

function passedMessage({ gates, tests, image }: Report): string {
  const passed = gates.filter((gate) => gate.status === "passed").length;
  const skipped = gates.filter((gate) => gate.status === "skipped").length;
  const warnings = gates.filter((gate) => gate.status !== "passed" && gate.status !== "skipped").map((gate) => gate.id);
  const run = tests.reduce((total, layer) => total + layer.tests, 0);
  return [
    ...(gates.length === 0 ? [] : [`${counted(passed, "gate")} passed${skipped === 0 ? "" : `, ${skipped} skipped`}`]),
    ...(warnings.length === 0 ? [] : [`${counted(warnings.length, "warning")} (${warnings.join(", ")})`]),
    ...(run === 0 ? [] : [`${counted(run, "test")} passed`]),
    ...(image === undefined ? [] : [image.published === undefined ? "the image is built" : "the image is published"]),
  ].join("; ");
}

/** The metric that the regression gate is about, or else the first that has a threshold. */
function decidingOfPassed(report: Report): Deciding | undefined {
  const asked = report.gates.find((gate) => gate.id === "regression" && gate.numbers.candidate !== undefined);
  const metric =
    (asked === undefined ? undefined : (report.config?.gates.regression?.metric ?? "accuracy")) ??
    Object.keys(report.gates.find((gate) => gate.id === "metrics")?.numbers ?? {})[0] ??
    Object.keys(report.metrics.candidate ?? {})[0];
  if (metric === undefined) return undefined;
  const row = byMetric(Object.fromEntries(metricRows(report.metrics).map((one) => [one.name, one])), metric);
  const value = row?.candidate.value ?? asked?.numbers.candidate;
  if (value === undefined) return undefined;
  const limit = lookup(metricLimits(report.config, Object.keys(report.metrics.candidate ?? {})), metric);
  return {
    figure: short(value),
    name: metric,
    against: [
      ...intervalWords(report, row?.candidate.interval),
      ...(limit === undefined ? [] : [limitText(limit)]),
      ...(row?.baseline === undefined ? [] : [`baseline ${short(row.baseline.value)}`]),
    ],
  };
}

const intervalWords = ({ metrics }: Report, interval: Parameters<typeof intervalText>[0]): string[] =>
  interval === undefined ? [] : [`${percent(metrics.intervals?.confidence ?? 0.95)} interval${intervalText(interval)}`];

/** Tests that failed, rows that break a rule, or how the command ended. */
function decidingOfStage({ failure, tests, stages, data }: Report): Deciding | undefined {
  const layer = tests.find((one) => `test ${one.layer}` === failure?.stage && one.failed > 0);
  if (layer !== undefined)
    return { figure: String(layer.failed), name: `of ${counted(layer.tests, "test")} failed`, against: [] };
  const finding =
    failure?.stage === "validate data" ? data?.findings.find(({ rows }) => rows !== undefined) : undefined;
  if (finding?.rows !== undefined) {
    return { figure: grouped(finding.rows), name: `of ${counted(data?.rows ?? 0, "row")}`, against: [finding.rule] };
  }
  const command = stages.find((stage) => stage.name === failure?.stage)?.commands.find((one) => one.exitCode !== 0);
  if (command === undefined) return undefined;
  const meaning = explainExitCode(command.exitCode);
  return {
    figure: String(command.exitCode),
    name: `exit code of ${command.name}`,
    against: meaning === `exit code ${command.exitCode}` ? [] : [meaning],
  };
}

/** The number by which a gate did not pass, as the gate itself has it. */
function decidingOfGate({ config }: Report, { id, numbers }: GateResult): Deciding | undefined {
  const gate: Gate | undefined = GATES.find((one) => one.id === id);
  const settings = gate === undefined ? undefined : reportedSettings(config, gate);
  return settings === undefined ? undefined : gate?.deciding(numbers, settings);
}
