import type { Directory } from "@dagger.io/dagger";
import { type Context, type DataContext, readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { noPredictions } from "../measurements/measurer.ts";
import { Drift, type DriftFacts } from "../objects/drift.ts";
import { COMPARISON, runStages } from "../pipeline.ts";
import { reportFolder } from "../report/folder.ts";
import { makeReport } from "../report/report.ts";
import { assertStages } from "../report/text.ts";
import { evaluateBaseline } from "../stages/evaluate.ts";
import { isTracked } from "../stages/pull-data.ts";
import { prepareData } from "../stages/ready-data.ts";
import { acceptedOf } from "./accepted.ts";
import { pull } from "./data.ts";
import { dataOf, type ProjectData } from "./data-folder.ts";
import { checkBaseline } from "./judgement.ts";
import type { Site } from "./site.ts";

/** Current data, and what they are compared with. */
export interface DriftRequest extends ProjectData {
  readonly reference: Directory;
  /** The accepted model. */
  readonly baseline?: Directory | undefined;
  /** Where it is, instead. */
  readonly baselineFrom?: string | undefined;
  /** A log of live predictions, and labels of it that came later. */
  readonly predictions?: Directory | undefined;
  readonly labels?: Directory | undefined;
}

/** Compares current data and live predictions with the reference, and records the result. */
export async function compareWithReference(site: Site, request: DriftRequest): Promise<Drift> {
  const { predictions, labels } = request;
  const isAboutModel = request.baseline !== undefined || request.baselineFrom !== undefined;
  if (predictions === undefined && (labels !== undefined || isAboutModel)) {
    throw new UserError(
      `--${labels === undefined ? "baseline" : "labels"} is about live predictions: give their log with --predictions.`,
      "drift-and-monitoring",
    );
  }
  const given = await readContext(request.source, site);
  const { baseline } = await acceptedOf(site, given, {
    baseline: request.baseline,
    baselineFrom: request.baselineFrom,
  });
  await checkBaseline(given, baseline);
  const [context, { data: reference }] = await Promise.all([
    dataOf(given, request).then((data) => pulledApart(site, given, data)),
    pulledApart(site, given, request.reference),
  ]);
  const comparison = { reference, predictions, labels };
  const compared = await runStages(COMPARISON, { context, data: context.data, baseline, comparison });
  const accepted = compared.value(evaluateBaseline);
  if (accepted !== undefined && accepted.predictions === undefined) {
    throw new UserError(`The accepted model's predictions are not known: ${noPredictions(given)}.`, "your-project");
  }
  const report = await makeReport(context, { ...compared, inputs: context });
  const facts: DriftFacts = { stages: compared.stages, readings: report.drift };
  return new Drift(
    // A comparison that failed tells nothing about the data, so a person has to look.
    report.drift?.action ?? "look",
    JSON.stringify(facts),
    await reportFolder(context, report),
  );
}

/** What is compared is what the model is trained on; nothing is fetched for it. */
async function prepared(context: DataContext): Promise<DataContext> {
  const run = await runStages([prepareData], { context, data: context.data });
  assertStages(run.stages);
  return { ...context, ...run.value(prepareData) };
}

/** A folder with what its own .dvc files track. Those of the project's root belong to the project's data folder alone. */
async function pulledApart(site: Site, context: Context, data: Directory): Promise<DataContext> {
  const source = context.project.source.filter({ exclude: ["?*.dvc"] });
  const apart = { ...context, project: { ...context.project, source } };
  const pulled = (await isTracked({ ...apart, data })) ? await pull(site, apart, data) : { ...context, data };
  return prepared({ ...pulled, project: context.project });
}
