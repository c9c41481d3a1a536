import type { Directory } from "@dagger.io/dagger";
import { usableGpuMode } from "../containers/gpu.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { withJudgement } from "../stages/release.ts";
import { train } from "../stages/train.ts";
import { validateData } from "../stages/validate-data.ts";
import { dataContext, type ProjectData } from "./data.ts";
import { judgeModel } from "./judgement.ts";
import type { Site } from "./site.ts";

export interface TrainRequest extends ProjectData {
  readonly epochs: number;
  /** The model of an earlier run. */
  readonly reuse?: Directory | undefined;
}

/** Trains a model, and judges it so that it can be published later. A failing gate does not fail the training. */
export async function trainModel(site: Site, { epochs, reuse, ...project }: TrainRequest): Promise<Directory> {
  const gpu = await usableGpuMode(site.gpu, site.settings);
  const context = await dataContext(site, project);
  const inputs = { context, data: context.data, training: { epochs, gpu, reuse } };
  // The manifest of a full run has the row count. Counting here as well makes the two model folders equal, byte for byte.
  const { evidence } = await runStages([validateData], inputs);
  const trained = await runStages([train], { ...inputs, rows: evidence.data?.rows });
  assertStages(trained.stages);
  const model = trained.value(train);
  if (model === undefined) throw new Error("a passed training gave no model");
  return withJudgement(model.directory, model.manifest, await judgeModel(context, model.directory, {}));
}
