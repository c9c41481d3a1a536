import type { Container } from "@dagger.io/dagger";
import { columnsText } from "../checks/reasons/comparison.ts";
import { DATA_TOOLS, LOAD_TOOLS } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { requiredGates } from "../context/policy/read.ts";
import { blockingOf, requestOf, runGates } from "../gates/gates.ts";
import { blocks, type GateResult, serverNotStarted, unshown } from "../gates/result.ts";
import type { DoubtfulRows } from "../measurements/doubtful-rows/results.ts";
import { doubtfulSentences } from "../measurements/doubtful-rows/words.ts";
import type { Evaluated, EvaluatedModel } from "../measurements/evaluated.ts";
import type { Leaks } from "../measurements/leaks/results.ts";
import type { Measured } from "../measurements/measured.ts";
import { type ModelUnderTest, measurer } from "../measurements/measurer.ts";
import { toldByClients } from "../measurements/serving/service.ts";
import type { WorstSlices } from "../measurements/worst-slices/results.ts";
import { sliceText } from "../measurements/worst-slices/words.ts";
import type { ModelFlag } from "../model/manifest.ts";
import { counted } from "../text.ts";
import { defineStage, withEvaluationData } from "./definition.ts";
import { evaluateBaseline, evaluateCandidate } from "./evaluate.ts";
import { inContainer, takesBaseline, takesData, takesModel, together } from "./inputs.ts";
import { TRAINING_DATA } from "./sample-data.ts";
import { servingContainer } from "./serving-container.ts";
import { imageInputs, questions } from "./serving-inputs.ts";
import type { Outcome } from "./stage.ts";
import { testModel } from "./test-model.ts";
import { trackModel } from "./track.ts";
import { requireModel, train } from "./train.ts";

/** For a project that neither evaluates nor writes metrics. The gates report what they lack. */
const NOTHING_MEASURED: Evaluated = { claims: {}, claimedBy: "src.train" };

/** In a retraining the decision has the comparison with the accepted model among its reasons. */
const DECIDED_LATER: readonly string[] = ["regression"];

/** Runs all gates. The stage fails with the first required gate that does not pass, its number and its limit. */
export const judge = defineStage({
  name: "gates",
  step: "Judge",
  page: "gates",
  needs: {
    ...TRAINING_DATA,
    trained: train,
    tested: testModel,
    candidate: evaluateCandidate,
    baseline: evaluateBaseline,
    // The challenger is named before anything decides about it.
    tracked: trackModel,
  },
  async depends(inputs) {
    const { context, production, approved, only, keepGoing } = inputs;
    const { gates, evaluation, predictions, data } = context.config;
    const { drift: _drift, external: _external, ...tables } = data;
    const demanded = context.policy === undefined ? [] : requiredGates(context.policy);
    const texts = { approved, demanded, only, ...(keepGoing === true ? { keepGoing: ["yes"] } : {}) };
    return together(
      inContainer(inputs, {
        tools: [DATA_TOOLS, LOAD_TOOLS],
        times: ["query-seconds", "answer-seconds", "answer-megabytes"],
      }),
      takesData(inputs),
      takesModel(inputs),
      takesBaseline(inputs.baseline),
      imageInputs(inputs),
      {
        folders: {
          questions: questions(context),
          // A command from outside is the project's own.
          ...(gates.external === undefined ? {} : { source: context.project.app }),
        },
        ...(gates.external === undefined ? {} : ({ installs: "runtime" } as const)),
        settings: { gates, evaluation, predictions, data: tables },
        texts: {
          ...Object.fromEntries(
            Object.entries(texts).flatMap(([name, list = []]) => (list.length === 0 ? [] : [[name, list.join()]])),
          ),
          ...(production === undefined ? {} : { production: await nameOfImage(production) }),
        },
        from: ["candidate", "baseline"],
      },
    );
  },
  async run(inputs, values): Promise<Outcome<readonly GateResult[]>> {
    const { baseline, production, approved, only, keepGoing, retraining } = inputs;
    const context = withEvaluationData(inputs, values);
    const model = requireModel(inputs, values.trained);
    const [ours, theirs] = await Promise.all([
      subjectOf(context, { model, evaluated: values.candidate }, "--model"),
      baseline === undefined
        ? undefined
        : subjectOf(context, { model: baseline, evaluated: values.baseline }, "--baseline"),
    ]);
    const { gates } = context.config;
    const measuring = measurer(context, requestOf(gates), ours, theirs, production);
    const demanded = context.policy === undefined ? [] : requiredGates(context.policy);
    const deferred = retraining === undefined ? [] : DECIDED_LATER;
    const forced = retraining?.forcedBy !== undefined;
    const results = await runGates(measuring.measure, gates, {
      ...{ approved, demanded, only, keepGoing, deferred, forced },
    });
    const blocking = blockingOf(results, deferred);
    const searched = only === undefined ? await measuring.measure.worstSlices() : undefined;
    const leaks = only === undefined ? await measuring.measure.leaks() : undefined;
    const doubtful = only === undefined ? await measuring.measure.doubtfulRows() : undefined;
    const found = { runs: measuring.runs(), evidence: { gates: results, measured: measuring.measured() } };
    return blocking === undefined
      ? {
          status: "passed",
          message: [summary(results), ...foundText(searched), ...leaksText(leaks), ...doubtfulText(doubtful)].join(
            "; ",
          ),
          value: results,
          ...found,
        }
      : {
          status: "failed",
          message: blockingText(results.filter((result) => blocks(result) && !deferred.includes(result.id))),
          output: toldByClients(measuring.runs()),
          ...found,
        };
  },
});

/** An image by its digest; one that was not pulled has no name. */
async function nameOfImage(image: Container): Promise<string> {
  try {
    return await image.imageRef();
  } catch {
    return "an image without a name";
  }
}

/** The model that gates judge, with the image that would be deployed. */
export async function subjectOf(
  context: DataContext,
  { model, evaluated = NOTHING_MEASURED }: EvaluatedModel,
  flag: ModelFlag,
): Promise<ModelUnderTest> {
  if (context.project.entryPoints.serve === undefined) return { evaluated, model };
  return { evaluated, model, image: await servingContainer(context, model, flag) };
}

/** The worst of the groups that nobody named: a finding, whether or not a gate limits them. */
function foundText(searched: Measured<WorstSlices> | undefined): string[] {
  if (searched === undefined) return [];
  if ("missing" in searched) {
    return searched.lack === "broken" ? [`worst slices were not found: ${searched.missing}`] : [];
  }
  const { slices } = searched.value;
  const [worst, ...others] = slices;
  if (worst === undefined) return [];
  const more = others.length === 0 ? "" : `, and ${counted(others.length, "more slice")}`;
  return [`worst slice: ${sliceText(searched.value, worst)}${more}`];
}

/** Rows that a person should look at: a finding that decides nothing. */
const doubtfulText = (measured: Measured<DoubtfulRows> | undefined): string[] =>
  measured === undefined || "missing" in measured ? [] : doubtfulSentences(measured.value);

/** The columns that alone predict the label: a finding, whether or not there is a baseline to gain over. */
const leaksText = (measured: Measured<Leaks> | undefined): string[] =>
  measured === undefined ||
  "missing" in measured ||
  "unmeasured" in measured.value ||
  measured.value.leaking.length === 0
    ? []
    : [columnsText(measured.value)];

/** The gate that ended the run, and those that would have. */
const blockingText = ([first, ...others]: readonly GateResult[]): string => {
  if (first === undefined) throw new Error("nothing blocks");
  const more = others.length === 0 ? "" : `; also ${others.map(({ id, status }) => `${id} ${status}`).join(", ")}`;
  return serverNotStarted(first)
    ? `${first.message} (asked for by the gate ${first.id})${more}`
    : `${first.id} ${first.status}: ${first.message}${more}`;
};

function summary(results: readonly GateResult[]): string {
  const idsOf = (status: GateResult["status"]): string =>
    results
      .filter((result) => result.status === status)
      .map((result) => result.id)
      .join(", ");
  const skippedGates = idsOf("skipped");
  const unjudged = results.find((result) => result.id === "metrics" && result.status === "skipped");
  const warnings = results.filter((result) => !result.required && ["failed", "inconclusive"].includes(result.status));
  const approved = results.filter((result) => result.approved === true);
  const forced = results.filter((result) => result.forced === true);
  const later = results.filter((result) => blocks(result));
  return [
    ...unshown(results),
    `passed: ${idsOf("passed") || "none"}`,
    ...(skippedGates === "" ? [] : [`skipped: ${skippedGates}`]),
    ...(unjudged === undefined ? [] : [`no limit judged the model's metrics (${unjudged.message})`]),
    ...approved.map((gate) => `let through by a person (--approve): ${gate.id} (${gate.message})`),
    ...forced.map((gate) => `let through by force (--force-deploy): ${gate.id} ${gate.status} (${gate.message})`),
    ...later.map((gate) => `left to the decision: ${gate.id} ${gate.status} (${gate.message})`),
    ...warnings.map((gate) => `warning from ${gate.id}: ${gate.message}`),
  ].join("; ");
}
