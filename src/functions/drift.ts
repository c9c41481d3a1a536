import type { Directory } from "@dagger.io/dagger";
import { type Context, type DataContext, readContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { noPredictions } from "../measurements/measurer.ts";
import { Drift, type DriftFacts } from "../objects/drift.ts";
import { COMPARISON, runStages } from "../pipeline.ts";
import { reportFolder } from "../report/folder.ts";
import { newsOf } from "../report/notice.ts";
import { makeReport, type Report } from "../report/report.ts";
import { evaluateBaseline } from "../stages/evaluate.ts";
import { isTracked } from "../stages/pull-data.ts";
import { acceptedOf } from "./accepted.ts";
import { preparedApart, pull } from "./data.ts";
import { dataOf, type ProjectData } from "./data-folder.ts";
import { checkBaseline } from "./judgement.ts";
import type { Site } from "./site.ts";
import { tell } from "./tell.ts";

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
export const compareWithReference = async (site: Site, request: DriftRequest): Promise<Drift> =>
  (await compared(site, request)).drift;

/** The same as text. Where there is something to do it fails, and tells so where the site names a chat. */
export async function monitorProduction(site: Site, request: DriftRequest): Promise<string> {
  const { drift, report } = await compared(site, request);
  return drift.conclusion(
    drift.action === "nothing" ? "" : await tell(site.webhook, newsOf({ ...report, gates: [...report.gates] }, {})),
  );
}

async function compared(
  site: Site,
  request: DriftRequest,
): Promise<{ readonly drift: Drift; readonly report: Report }> {
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
  const run = await runStages(COMPARISON, { context, data: context.data, baseline, comparison });
  const accepted = run.value(evaluateBaseline);
  if (accepted !== undefined && accepted.predictions === undefined) {
    throw new UserError(`The accepted model's predictions are not known: ${noPredictions(given)}.`, "your-project");
  }
  const report = await makeReport(context, { ...run, inputs: context });
  const facts: DriftFacts = { stages: run.stages, readings: report.drift };
  const drift = new Drift(
    // A comparison that failed tells nothing about the data, so a person has to look.
    report.drift?.action ?? "look",
    JSON.stringify(facts),
    await reportFolder(context, report),
  );
  return { drift, report };
}

/** A folder with what its own .dvc files track. Those of the project's root belong to the project's data folder alone. */
async function pulledApart(site: Site, context: Context, data: Directory): Promise<DataContext> {
  const source = context.project.source.filter({ exclude: ["?*.dvc"] });
  const apart = { ...context, project: { ...context.project, source } };
  const pulled = (await isTracked({ ...apart, data })) ? await pull(site, apart, data) : { ...context, data };
  // What is compared is what the model is trained on.
  return preparedApart({ ...pulled, project: context.project });
}
