import { decidingNumber } from "../checks/headline.ts";
import { limitText } from "../checks/limit.ts";
import type { DecidingNumber } from "../checks/phrase.ts";
import { explainExitCode } from "../containers/exit-code.ts";
import { deployedWords } from "../delivery/deployed.ts";
import type { DriftReadings } from "../drift/readings.ts";
import { ACTION_WORDS, nameOf, pText } from "../drift/words.ts";
import { type GateResult, serverNotStarted, unshown } from "../gates/result.ts";
import { isTracking } from "../stages/track.ts";
import { counted, grouped, intervalText, percent, short } from "../text.ts";
import { findingsOf } from "./findings.ts";
import { comparedMetric, metricChecks } from "./limits.ts";
import { byMetric, metricRows } from "./measured.ts";
import type { Report, TestReport } from "./report.ts";
import type { Tone } from "./status.ts";

/** The run in a few words, and the number that decided it. */
export interface Headline {
  readonly title: string;
  readonly tone: Tone;
  /** The reasons or the results, one by one. */
  readonly findings: readonly string[];
  readonly deciding?: DecidingNumber;
}

/** The headline of every report. */
export function headline(report: Report): Headline {
  const { drift, retraining } = report;
  if (drift !== undefined && retraining === undefined) return headlineOfDrift(drift);
  const { findings, ...rest } = headlineOfRetraining(report) ?? headlineOfRun(report);
  return {
    ...rest,
    findings: [
      ...findings,
      ...otherFailures(report),
      ...undecidingChecks(report),
      ...unshown(report.gates),
      ...approvalFinding(report),
      ...(report.deployments ?? []).map(deployedWords),
    ],
  };
}

/** What failed beside that which the headline is about: the stage of the gate, or else the stage of the failure. */
function otherFailures({ stages, failure, gates }: Report): string[] {
  const told = gates.some(({ id }) => id === failure?.gate) ? "gates" : failure?.stage;
  const others = stages.filter(({ name, status }) => status === "failed" && name !== told).map(({ name }) => name);
  return others.length === 0 ? [] : [`failed as well: ${others.join(", ")}`];
}

/** Who decides about a model that passed, where there is an accepted one that it would take the place of. */
const approvalFinding = ({ approval }: Report): string[] =>
  approval?.change === undefined
    ? []
    : [`${approval.required ? "a person is to approve it" : "needs no approval"}: ${approval.reasons.join("; ")}`];

/** The checks that the project's settings keep from deciding. */
function undecidingChecks({ stages, config }: Report): string[] {
  const undecided = stages.filter(({ status }) => status === "warned").map(({ name }) => name);
  const [warned, untracked] = [false, true].map((tracks) => undecided.filter((name) => isTracking(name) === tracks));
  const { off = [], warn = [] } = config?.stages ?? {};
  const lenient = warn.filter((name) => !undecided.includes(name));
  const failedOnly = (names: readonly string[] = [], setting: string): string[] =>
    names.length === 0
      ? []
      : [`failed, and only ${names.length === 1 ? "warns" : "warn"} (${setting}): ${names.join(", ")}`];
  return [
    ...failedOnly(warned, "stages.warn"),
    ...failedOnly(untracked, "tracking.required"),
    ...(lenient.length === 0 ? [] : [`would only warn (stages.warn): ${lenient.join(", ")}`]),
    ...(off.length === 0 ? [] : [`off (stages.off): ${off.join(", ")}`]),
  ];
}

/** The headline of a retraining that came to a decision; undefined for any other run. */
function headlineOfRetraining(report: Report): Headline | undefined {
  const { decision } = report.retraining ?? {};
  if (decision === undefined) return undefined;
  const { deploy, forcedBy, reason } = decision;
  const run = headlineOfRun(report);
  // What broke after the decision is the headline.
  if (deploy && report.verdict === "failed") return run;
  if (forcedBy !== undefined) {
    return { ...run, title: `Forced by ${forcedBy}`, tone: "warning", findings: [reason, ...run.findings] };
  }
  return deploy
    ? { ...run, findings: [reason, ...run.findings] }
    : { title: "The accepted model stays", tone: "unsure", findings: [reason] };
}

function headlineOfRun(report: Report): Headline {
  const { failure, verdict, heldBack } = report;
  if (verdict === "passed") {
    const deciding = decidingOfPassed(report);
    return {
      ...(heldBack === undefined ? { title: "Passed", tone: "passed" } : { title: "Held back", tone: "unsure" }),
      findings: [...(heldBack === undefined ? [] : [heldBack]), ...passedFindings(report)],
      ...(deciding === undefined ? {} : { deciding }),
    };
  }
  const gate = report.gates.find((one) => one.id === failure?.gate);
  if (gate !== undefined) {
    const deciding = decidingNumber(gate.checks);
    return { ...gateTitle(gate), findings: findingsOf(gate), ...(deciding === undefined ? {} : { deciding }) };
  }
  const deciding = decidingOfStage(report);
  return {
    title: `Failed: ${failure?.stage ?? "no stage says why"}`,
    tone: "failed",
    findings: failure === undefined ? [] : [failure.message],
    ...(deciding === undefined ? {} : { deciding }),
  };
}

/** The headline of a drift report: the action, and the test that drifted most. */
function headlineOfDrift({ action, message, tests, limits, metric, estimate }: DriftReadings): Headline {
  const [worst] = tests;
  const deciding =
    worst?.outcome === "drifted"
      ? {
          figure: short(worst.effect),
          name: `${nameOf(worst)}, ${worst.test}`,
          against: [`limit ${limits.minEffect}`, `adjusted p ${pText(worst.adjustedP)}`],
        }
      : (decidingMetric("live", metric) ?? decidingMetric("estimated", estimate));
  return {
    title: ACTION_WORDS[action],
    tone: action === "nothing" ? "passed" : "warning",
    findings: [message.slice(message.indexOf(": ") + 2)],
    ...(deciding === undefined ? {} : { deciding }),
  };
}

/** A metric of live predictions that decayed: measured, or estimated. */
const decidingMetric = (
  word: string,
  metric: DriftReadings["metric"] | DriftReadings["estimate"],
): Headline["deciding"] =>
  metric?.outcome === "decayed" && metric.live !== undefined && metric.accepted !== undefined
    ? {
        figure: short(metric.live.value),
        name: `${word} ${metric.metric}`,
        against: [`accepted ${short(metric.accepted.value)}`, `tolerance ${metric.tolerance}`],
      }
    : undefined;

/** The stage that ended the run because one of its gates is inconclusive. */
export const undecidedStage = (report: Report): string | undefined =>
  headline(report).tone === "unsure" ? report.failure?.stage : undefined;

function gateTitle({ id, status, checks }: GateResult): Pick<Headline, "title" | "tone"> {
  if (serverNotStarted({ checks })) return { title: "Failed: the server did not start", tone: "failed" };
  if (status !== "inconclusive") return { title: `Failed: gate ${id}`, tone: "failed" };
  if (checks.some(({ reason }) => reason?.code === "too-good-to-be-true"))
    return { title: "Needs approval: too good to be true?", tone: "unsure" };
  return { title: `Held back: ${id} is inconclusive`, tone: "unsure" };
}

function passedFindings({ gates, tests, stages, image }: Report): string[] {
  const passed = gates.filter((gate) => gate.status === "passed").length;
  const skipped = gates.filter((gate) => gate.status === "skipped").length;
  const unjudged = gates.some((gate) => gate.id === "metrics" && gate.status === "skipped");
  const warnings = [
    ...stages.filter((stage) => (stage.warnings ?? []).length > 0).map(({ name }) => name),
    ...gates.filter((gate) => gate.status !== "passed" && gate.status !== "skipped").map((gate) => gate.id),
  ];
  const sum = (count: (layer: TestReport) => number): number => tests.reduce((total, layer) => total + count(layer), 0);
  const skippedTests = sum((layer) => layer.skipped);
  const passedTests = sum((layer) => layer.tests - layer.failed) - skippedTests;
  return [
    ...(gates.length === 0 ? [] : [`${counted(passed, "gate")} passed${skipped === 0 ? "" : `, ${skipped} skipped`}`]),
    ...(unjudged ? ["no limit judged the model's metrics (gates.metrics)"] : []),
    ...(warnings.length === 0 ? [] : [`${counted(warnings.length, "warning")} (${warnings.join(", ")})`]),
    ...(passedTests + skippedTests === 0
      ? []
      : [`${counted(passedTests, "test")} passed${skippedTests === 0 ? "" : `, ${grouped(skippedTests)} skipped`}`]),
    ...(image === undefined ? [] : [image.published === undefined ? "the image is built" : "the image is published"]),
  ];
}

/** The metric that candidate and baseline were compared by, or else the first that has a threshold. */
function decidingOfPassed({ gates, metrics }: Report): DecidingNumber | undefined {
  const compared = comparedMetric(gates);
  const thresholds = metricChecks(gates);
  const metric = compared?.what ?? thresholds[0]?.what ?? Object.keys(metrics.candidate ?? {})[0];
  if (metric === undefined) return undefined;
  const row = byMetric(Object.fromEntries(metricRows(metrics).map((one) => [one.name, one])), metric);
  const value = row?.candidate.value ?? compared?.value;
  if (value === undefined) return undefined;
  const limit = thresholds.find(({ what }) => what === metric)?.limit;
  return {
    figure: short(value),
    name: metric,
    against: [
      ...intervalWords(metrics, row?.candidate.interval),
      ...(limit === undefined ? [] : [limitText(limit)]),
      ...(row?.baseline === undefined ? [] : [`baseline ${short(row.baseline.value)}`]),
    ],
  };
}

const intervalWords = (metrics: Report["metrics"], interval: Parameters<typeof intervalText>[0]): string[] =>
  interval === undefined ? [] : [`${percent(metrics.intervals?.confidence ?? 0.95)} interval${intervalText(interval)}`];

/** Tests that failed, rows that break a rule, or how the command ended. */
function decidingOfStage({ failure, tests, stages, data }: Report): DecidingNumber | undefined {
  const layer = tests.find((one) => `test ${one.layer}` === failure?.stage && one.failed > 0);
  if (layer !== undefined)
    return { figure: String(layer.failed), name: `of ${counted(layer.tests, "test")} failed`, against: [] };
  const finding =
    failure?.stage === "validate data" ? data?.findings.find(({ rows }) => rows !== undefined) : undefined;
  if (finding?.rows !== undefined) {
    return { figure: grouped(finding.rows), name: `of ${counted(data?.rows ?? 0, "row")}`, against: [finding.rule] };
  }
  const failing = stages
    .find((stage) => stage.name === failure?.stage)
    ?.commands.filter(({ exitCode }) => exitCode !== 0);
  // The stage's message names the commands that decided; the failure of another one may be a warning only.
  const command = failing?.find((one) => failure?.message.includes(one.command)) ?? failing?.[0];
  if (command === undefined) return undefined;
  const meaning = explainExitCode(command.exitCode);
  return {
    figure: String(command.exitCode),
    name: `exit code of ${command.name}`,
    against: meaning === `exit code ${command.exitCode}` ? [] : [meaning],
  };
}
