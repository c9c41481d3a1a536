import type { Context } from "../context/context.ts";
import { directionOf } from "../gates/metric-settings.ts";
import { regressionSettings } from "../gates/regression.ts";
import type { GateResult } from "../gates/result.ts";
import { comparedUnits } from "../measurements/model-metrics.ts";
import { canonicalMetric, estimateOf } from "../measurements/predictions/names.ts";
import type { PredictionResults } from "../measurements/predictions/results.ts";
import { type ComparedModels, decideRetraining, type RetrainingDecision } from "../training/decision.ts";
import { chainLoss } from "../training/guards.ts";
import type { EarlierRetraining } from "../training/history.ts";
import { defineStage } from "./definition.ts";
import { evaluateFresh } from "./evaluate-fresh.ts";
import { requireRetraining } from "./fetch-window.ts";
import { judge } from "./judge.ts";
import type { Outcome } from "./stage.ts";

/** Decides whether the new model takes the place of the accepted one. Where it does not, this stage fails, and nothing goes out. */
export const decide = defineStage({
  name: "decision",
  step: "Judge",
  page: "retraining",
  needs: { judged: judge, fresh: evaluateFresh },
  when: ({ retraining }) => retraining !== undefined,
  async run(inputs, { judged = [], fresh }): Promise<Outcome<RetrainingDecision>> {
    const { forcedBy, earlier, fixedData } = requireRetraining(inputs);
    const { gates, retraining } = inputs.context.config;
    const regression = judged.find(({ id }) => id === "regression");
    const decision = decideRetraining({
      fresh: fresh === undefined ? "the fresh rows could not be evaluated" : comparedOn(inputs.context, fresh),
      fixed: regression === undefined ? undefined : fixedResult(regression),
      chain: fixedData === undefined ? "" : chainOf(inputs.context, regression, { earlier, fixedData }),
      preferFresher: retraining["prefer-fresher"],
      minRows: regressionSettings(gates)["min-rows"],
      forcedBy,
      forcedGates: judged.filter(({ forced }) => forced === true).map(({ id }) => id),
    });
    const evidence = { decision };
    return decision.deploy
      ? { status: "passed", message: textOf(decision), value: decision, evidence }
      : { status: "failed", message: textOf(decision), evidence };
  },
});

/** What the model lost on the fixed test set against earlier ones, by the metric that the gate `regression` compared. */
function chainOf(
  { config, since }: Pick<Context, "config" | "since">,
  regression: GateResult | undefined,
  { earlier, fixedData }: { readonly earlier: readonly EarlierRetraining[]; readonly fixedData: string },
): string {
  const check = regression?.checks.find(({ value }) => value !== undefined);
  if (check?.value === undefined) return "";
  const lower = directionOf(check.what, regressionSettings(config.gates));
  return chainLoss(earlier, {
    ...{ metric: check.what, lower, value: check.value, fixedData },
    ...{ most: config.retraining["max-chain-loss"], now: new Date(since) },
  });
}

const textOf = ({ deploy, reason, forcedBy }: RetrainingDecision): string =>
  forcedBy !== undefined
    ? `forced by ${forcedBy}: the model goes out although ${reason}`
    : deploy
      ? `the model goes out: ${reason}`
      : `the accepted model stays: ${reason}`;

const fixedResult = ({ status, message, approved, required }: GateResult) =>
  ({
    // A gate that only warns does not decide here either.
    status: required ? status : "skipped",
    message,
    approved: approved === true,
  }) as const;

/**
 * Both models by one metric on the same rows; a text says why there is no comparison.
 *
 * @param named the metric; that of the gate `regression` when absent
 */
export function comparedOn(
  { config }: Pick<Context, "config">,
  fresh: PredictionResults,
  named?: string,
): ComparedModels | string {
  const settings = regressionSettings(config.gates);
  const usual = fresh.ranking !== undefined ? "ndcg" : fresh.task === "classification" ? "accuracy" : "mae";
  const metric = canonicalMetric(named ?? settings.metric ?? usual);
  const candidate = estimateOf(fresh.candidate.metrics, metric);
  const baseline = estimateOf(fresh.baseline?.metrics ?? {}, metric);
  if (candidate === undefined || baseline === undefined) {
    return `${metric} is not computed from predictions; there are ${Object.keys(fresh.candidate.metrics).join(", ")}`;
  }
  const difference = estimateOf(fresh.pairs?.differences ?? {}, metric);
  return {
    ...{ metric, candidate, baseline, lower: directionOf(metric, named === undefined ? settings : {}) },
    ...(difference === undefined ? {} : { difference }),
    rows: fresh.pairs === undefined ? fresh.rows : comparedUnits(fresh.pairs, metric),
  };
}
