import { explainExitCode } from "../commands/exit-code.ts";
import type { GateResult } from "../gates/gate.ts";
import { own } from "../measurements/metric-readings.ts";
import { lowerIsBetter } from "../measurements/predictions/names.ts";
import { counted, intervalText, percent, short } from "../text.ts";
import { fairnessLimits, type Limits, limitText, metricLimits, sliceLimits } from "./limits.ts";
import { byMetric, metricRows } from "./measured.ts";
import { bounds, milliseconds, signed } from "./numbers.ts";
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

/** The one number that a person asks for first. */
export interface Deciding {
  /** As it is read: `0.8731`, `94 %`. */
  readonly figure: string;
  /** Of what: `accuracy`. */
  readonly name: string;
  /** What it is held against: `at least 0.85`, `baseline 0.8702`. */
  readonly against: readonly string[];
}

/** What the top of every report says. */
export function headline(report: Report): Headline {
  const { failure, verdict } = report;
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
  const limit = limitText(own(metricLimits(report.config), metric));
  return {
    figure: short(value),
    name: metric,
    against: [
      ...intervalWords(report, row?.candidate.interval),
      ...(limit === "" ? [] : [limit]),
      ...(row?.baseline === undefined ? [] : [`baseline ${short(row.baseline.value)}`]),
    ],
  };
}

const intervalWords = ({ metrics }: Report, interval: Parameters<typeof intervalText>[0]): string[] =>
  interval === undefined ? [] : [`${percent(metrics.intervals?.confidence ?? 0.95)} interval${intervalText(interval)}`];

/** Tests that failed, or how the command ended. */
function decidingOfStage({ failure, tests, stages }: Report): Deciding | undefined {
  const layer = tests.find((one) => `test ${one.layer}` === failure?.stage && one.failed > 0);
  if (layer !== undefined)
    return { figure: String(layer.failed), name: `of ${counted(layer.tests, "test")} failed`, against: [] };
  const command = stages.find((stage) => stage.name === failure?.stage)?.commands.find((one) => one.exitCode !== 0);
  if (command === undefined) return undefined;
  const meaning = explainExitCode(command.exitCode);
  return {
    figure: String(command.exitCode),
    name: `exit code of ${command.name}`,
    against: meaning === `exit code ${command.exitCode}` ? [] : [meaning],
  };
}

/** The number by which a gate did not pass; undefined where it was no number (a lie in metrics.json, a wrong column). */
function decidingOfGate(report: Report, gate: GateResult): Deciding | undefined {
  const decide = own(DECIDING, gate.id);
  return decide?.(report, gate.numbers);
}

type Numbers = GateResult["numbers"];

const DECIDING: Readonly<Record<string, (report: Report, numbers: Numbers) => Deciding | undefined>> = {
  metrics: ({ config }, numbers) => worst(numbers, metricLimits(config), (name) => name),
  regression: (report, numbers) => {
    const { candidate, baseline, limit } = numbers;
    if (candidate === undefined || baseline === undefined) return undefined;
    const metric = report.config?.gates.regression?.metric ?? "accuracy";
    const lower = report.config?.gates.regression?.["lower-is-better"] ?? lowerIsBetter(metric);
    const difference = byMetric(report.metrics.differences, metric)?.interval;
    return {
      figure: exact(candidate, limit),
      name: metric,
      against: [
        `baseline ${short(baseline)}`,
        ...(limit === undefined ? [] : [`${lower ? "at most" : "at least"} ${exact(limit, candidate)}`]),
        ...(difference === undefined ? [] : [`difference ${bounds(difference)}`]),
      ],
    };
  },
  latency: ({ config, measurements }, numbers) => {
    const { p95, perSample, ratioP50, ratioP95 } = numbers;
    const limits = config?.gates.latency;
    const baseline = measurements?.load?.baseline?.single.p95;
    if (p95 !== undefined && p95 > (limits?.["single-ms"] ?? 100)) {
      return {
        figure: `${milliseconds(p95)}`,
        name: "95th percentile of one request",
        against: [
          `at most ${limits?.["single-ms"] ?? 100} ms`,
          ...(baseline === undefined ? [] : [`baseline ${milliseconds(baseline)}`]),
        ],
      };
    }
    if (perSample !== undefined && perSample > (limits?.["per-sample-ms"] ?? 50)) {
      return {
        figure: `${milliseconds(perSample)}`,
        name: "a sample of a batch",
        against: [`at most ${limits?.["per-sample-ms"] ?? 50} ms`],
      };
    }
    const ratio = Math.max(ratioP50 ?? 0, ratioP95 ?? 0);
    const most = 1 + (limits?.tolerance ?? 0.25);
    return ratio > most
      ? { figure: `${ratio.toFixed(2)} ×`, name: "the baseline's latency", against: [`at most ${short(most)} ×`] }
      : undefined;
  },
  slices: ({ config }, { worst, broken, groups }) => {
    if (worst === undefined) return undefined;
    const [metric, limit] = Object.entries(sliceLimits(config))[0] ?? [];
    return {
      figure: short(worst),
      name: `${metric ?? "of the metric"} in the worst group`,
      against: [
        limitText(limit),
        ...(broken === undefined || groups === undefined ? [] : [`${broken} of ${counted(groups, "group")} below`]),
      ].filter(Boolean),
    };
  },
  fairness: ({ config }, numbers) =>
    worst(numbers, fairnessLimits(config), (name) => name.slice(name.lastIndexOf(".") + 1)),
  "failure-modes": ({ config }, { cases, failing }) =>
    cases === undefined || failing === undefined
      ? undefined
      : {
          figure: String(failing),
          name: `of ${counted(cases, "case")} not as expected`,
          against: [`at least ${percent(config?.gates["failure-modes"]?.["min-pass-rate"] ?? 1)} must hold`],
        },
  "suspicious-gain": ({ config }, { gain, limit, candidate, baseline }) =>
    gain === undefined
      ? undefined
      : {
          figure: signed(gain),
          name: `gain in ${config?.gates["suspicious-gain"]?.metric ?? "accuracy"}`,
          against: [
            ...(limit === undefined ? [] : [`at most ${short(limit)}`]),
            ...(candidate === undefined || baseline === undefined ? [] : [`${short(baseline)} → ${short(candidate)}`]),
          ],
        },
  shadow: ({ config }, { agreement }) =>
    agreement === undefined
      ? undefined
      : {
          figure: percent(agreement),
          name: "of the recorded requests answered as production did",
          against: [`at least ${percent(config?.gates.shadow?.["min-agreement"] ?? 0.95)}`],
        },
};

/** The number that is furthest on the wrong side of its limit. */
function worst(
  numbers: Numbers,
  limits: Readonly<Record<string, Limits>>,
  keyOf: (name: string) => string,
): Deciding | undefined {
  const broken = Object.entries(numbers)
    .flatMap(([name, value]) => {
      const limit = own(limits, keyOf(name));
      return limit === undefined
        ? []
        : [{ name, value, limit, miss: Math.max((limit.min ?? -Infinity) - value, value - (limit.max ?? Infinity)) }];
    })
    .filter(({ miss }) => miss > 0)
    .sort((a, b) => b.miss - a.miss)[0];
  if (broken === undefined) return undefined;
  const { name, value, limit } = broken;
  return {
    figure: exact(value, limit.min ?? limit.max),
    name: name.replaceAll("_", " ").replaceAll(".", ": "),
    against: [limitText(limit)],
  };
}

/** A value just outside its limit must not be rounded onto it. */
const exact = (value: number, limit: number | undefined): string =>
  limit !== undefined && value !== limit && short(value) === short(limit) ? String(value) : short(value);
