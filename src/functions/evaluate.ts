import type { Directory } from "@dagger.io/dagger";
import { Evaluation, type EvaluationFacts } from "../objects/evaluation.ts";
import { folderInRepository } from "../project/repository.ts";
import { reportFolder } from "../report/folder.ts";
import { makeReport } from "../report/report.ts";
import { acceptedOf } from "./accepted.ts";
import { dataContext } from "./data.ts";
import type { ProjectData } from "./data-folder.ts";
import { type JudgementRequest, judgeAndDescribe } from "./judgement.ts";
import type { Site } from "./site.ts";

export interface EvaluateRequest extends ProjectData, JudgementRequest {
  readonly model: Directory;
  /** The folder of the repository that the source is. */
  readonly folder?: string | undefined;
}

/** Judges a model and records the result. */
export async function evaluateModel(
  site: Site,
  { model, source, data, folder, ...request }: EvaluateRequest,
): Promise<Evaluation> {
  folderInRepository(folder);
  const context = await dataContext(site, { source, data });
  const accepted = await acceptedOf(site, context, request);
  const { judged, manifest } = await judgeAndDescribe(context, model, { ...request, ...accepted });
  const report = await makeReport(context, { ...judged, inputs: context, manifest, labels: { folder } });
  const { heldBack = "" } = report;
  const facts: EvaluationFacts = { stages: judged.stages, gates: judged.evidence.gates ?? [], heldBack };
  return new Evaluation(
    judged.verdict === "passed" && heldBack === "",
    JSON.stringify(facts),
    await reportFolder(context, report, judged.evidence),
  );
}
