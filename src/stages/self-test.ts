import { isOutside } from "../checks/limit.ts";
import type { DataContext } from "../context/context.ts";
import { externalIdOf } from "../gates/external.ts";
import { type Decision, type Gate, settingsOf } from "../gates/gate.ts";
import { requestOf, runGate } from "../gates/gates.ts";
import { GATES } from "../gates/list.ts";
import type { GatesConfig } from "../gates/settings.ts";
import { type Measurer, type ModelUnderTest, measurer, noPredictions } from "../measurements/measurer.ts";
import type { Mutant } from "../measurements/mutants.ts";
import { estimateOf, isComputed, needOf } from "../measurements/predictions/names.ts";
import { isQuantile } from "../measurements/predictions/quantiles.ts";
import { sabotaged } from "../measurements/serving/sabotage.ts";
import type { StageTitle } from "./stage.ts";

/** The stage of a self-test in its report. */
export const SELF_TEST: StageTitle = { name: "gates-self-test", step: "Judge" };

/** How a trial ends. `out of reach`: the best of all answers keep the limit, so that no model breaks it. */
export const TRIAL_OUTCOMES = ["refused", "let through", "out of reach", "not tried"] as const;
type TrialOutcome = (typeof TRIAL_OUTCOMES)[number];

/** What one gate decided about one model that it must refuse. */
export interface Trial {
  readonly gate: string;
  /** What was wrong with the model. */
  readonly mutant: string;
  readonly outcome: TrialOutcome;
  /** What the gate said, or why it was not tried. */
  readonly message: string;
}

/** What gates are tested with. */
export interface GatesTest {
  readonly context: DataContext;
  readonly candidate: ModelUnderTest;
  readonly baseline: ModelUnderTest;
  /** The measurements of the candidate as it is, each taken once for all gates. */
  readonly honest: Measurer;
}

/** Without a baseline, models are compared with the candidate. */
export const gatesTest = (
  context: DataContext,
  candidate: ModelUnderTest,
  baseline: ModelUnderTest = candidate,
): GatesTest => ({
  ...{ context, candidate, baseline },
  honest: measurer(context, requestOf(context.config.gates), candidate, baseline),
});

/** Gives every gate that is in use models that it must refuse, made from the project's own model. */
export async function tryGates({ context, candidate, baseline, honest }: GatesTest): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const gate of GATES) trials.push(...(await tryGate(context, gate, honest, candidate, baseline)));
  return [...trials, ...untriedGates(context.config.gates)];
}

/** Gates from outside, which are said to be untried rather than left out. */
export const untriedGates = ({ external = {} }: Pick<GatesConfig, "external">): Trial[] =>
  Object.keys(external).map((name) => ({
    ...{ gate: externalIdOf(name), mutant: "", outcome: "not tried" },
    message: "it is a program of the project's own, and only whoever wrote it knows which model it must refuse",
  }));

/** What one gate decides about the models that it must refuse; having none to refuse counts as letting them through. */
export async function tryGate(
  context: DataContext,
  gate: Gate,
  honest: Measurer,
  candidate: ModelUnderTest,
  baseline: ModelUnderTest,
): Promise<Trial[]> {
  const { gates } = context.config;
  const usual = await runGate(gate, honest.measure, gates);
  const { settings } = settingsOf(gate, gates);
  if (usual.status === "skipped" || settings === undefined) {
    return [{ gate: gate.id, mutant: "", outcome: "not tried", message: usual.message }];
  }
  const mutants = gate.mutants(settings, { ranked: isRanked(context.config) });
  if (mutants.length === 0) {
    const message = "it has no model that it must refuse, so nothing shows that it can block";
    return [{ gate: gate.id, mutant: "any model", outcome: "let through", message }];
  }
  return Promise.all(
    mutants.map(async (mutant): Promise<Trial> => {
      const subject = await spoil(context, mutant, candidate, honest);
      if (typeof subject === "string")
        return { gate: gate.id, mutant: mutant.name, outcome: "not tried", message: subject };
      const decision = await runGate(gate, measurer(context, requestOf(gates), subject, baseline).measure, gates);
      const about = { gate: gate.id, mutant: mutant.name };
      if (refused(decision)) return { ...about, outcome: "refused", message: decision.message };
      return mutant.isBest === true && keepsAllLimits(decision)
        ? { ...about, outcome: "out of reach", message: `no model of these data breaks its limit: ${decision.message}` }
        : { ...about, outcome: "let through", message: decision.message };
    }),
  );
}

/** Whether the numbers themselves are within their limits: what a gate says of them is not believed here. */
const keepsAllLimits = ({ checks }: Decision): boolean =>
  checks.length > 0 &&
  checks.every(({ value, limit }) => value !== undefined && limit !== undefined && !isOutside(value, limit));

/** Gates that no model of these data is refused by, with what to do: they are in use, and decide nothing. */
export const idleGates = (trials: readonly Trial[]): string[] =>
  trials
    .filter(({ outcome }) => outcome === "out of reach")
    .map(
      ({ gate, message }) =>
        `${gate} cannot block here, since ${message}. A stricter limit in gates.${gate} of the configuration lets it`,
    );

/** Whether rows are ranked within groups. */
export const isRanked = ({ predictions }: Pick<DataContext["config"], "predictions">): boolean =>
  predictions.group !== undefined;

export const refused = ({ status }: Decision): boolean => status === "failed" || status === "inconclusive";

/** The candidate with one thing spoiled, or the reason why this project offers nothing to spoil. */
export async function spoil(
  context: DataContext,
  mutant: Mutant,
  candidate: ModelUnderTest,
  honest: Measurer,
): Promise<ModelUnderTest | string> {
  const { evaluated, image } = candidate;
  if (mutant.serving !== undefined) {
    if (image === undefined) return "the project has no server (src/serve.py, or commands.serve)";
    return mutant.serving.answers === "first" && context.project.protocol.single
      ? "a request of this server has one row"
      : { evaluated, image: sabotaged(image, mutant.serving) };
  }
  if (mutant.claims !== undefined) {
    return Object.keys(evaluated.claims).length === 0
      ? "the evaluation claims no metrics"
      : { evaluated: { ...evaluated, claims: mutant.claims(evaluated.claims) }, image };
  }
  if (mutant.ofKnownRows === true && (await evaluatesSome(honest))) {
    return "the evaluation takes some rows of the data, and nothing says which ones it was to take";
  }
  const summary = await honest.measure.summary();
  if (evaluated.predictions === undefined || mutant.predictions === undefined || "missing" in summary) {
    return noPredictions(context);
  }
  const { columns, task, answers } = summary.value;
  const { quantiles: pattern, group } = context.config.predictions;
  const taken = await honest.measure.predictions();
  const ranked =
    group === undefined ? undefined : { group, positive: "value" in taken ? taken.value.positive : undefined };
  const quantiles = task === "regression" ? columns.filter((column) => isQuantile(pattern, column)) : [];
  const { predictions: spoiled } = mutant;
  const predictions = {
    ...evaluated.predictions,
    view: (table: string): string => spoiled({ table, columns, task, quantiles, ranked, answers }),
  };
  // The gates compute these metrics from the predictions, so the claims about the unspoiled ones would count as false.
  const measured = "value" in taken ? taken.value.candidate.metrics : {};
  const isOurs = (name: string): boolean =>
    estimateOf(measured, name) !== undefined || (isComputed(name) && needOf(name) === undefined);
  const claims = Object.fromEntries(Object.entries(evaluated.claims).filter(([name]) => !isOurs(name)));
  return { evaluated: { ...evaluated, claims, predictions }, image };
}

/** Whether a program chose the rows: of fewer rows nobody can tell that they are too few. */
async function evaluatesSome({ measure }: Measurer): Promise<boolean> {
  const rows = await measure.rows();
  return "value" in rows && "part" in rows.value && rows.value.part === "some";
}
