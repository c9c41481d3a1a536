import type { Directory } from "@dagger.io/dagger";
import type { Context, DataContext } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { externalIdOf, externalNameOf } from "../gates/external.ts";
import { GATES } from "../gates/list.ts";
import type { GatesConfig } from "../gates/settings.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Manifest, modelFiles, readManifest, withManifest } from "../model/manifest.ts";
import { JUDGEMENT, runStages } from "../pipeline.ts";
import { believedManifest, refuseTampered } from "../stages/believed.ts";
import { withJudgement } from "../stages/release.ts";
import type { StagesResult } from "../stages/run-stages.ts";
import { nearest } from "../text.ts";
import type { AcceptedRequest } from "./accepted.ts";

/** What a model is held against, apart from the limits of its project. */
export interface JudgementRequest extends AcceptedRequest {
  /** Gates that a person lets through when they are inconclusive. */
  readonly approved?: readonly string[] | undefined;
}

/** A judgement of a model that the caller gives. */
export interface GivenModelRequest extends JudgementRequest {
  /** Whether its image is published when it passes. */
  readonly isPublished?: boolean;
}

/**
 * A model's tests, evaluation and gates.
 *
 * @param only the gates that are asked; all when absent
 */
export async function judgeModel(
  context: DataContext,
  model: Directory,
  { baseline, production, approved }: JudgementRequest,
  only?: readonly string[],
): Promise<StagesResult> {
  checkApproved(approved, [], context.config.gates);
  return runStages(JUDGEMENT, { context, data: context.data, model, baseline, production, approved, only });
}

/** A model with what its gates say now in its manifest. A model that this pipeline did not train gets one. */
export async function withVerdict(
  context: DataContext,
  model: Directory,
  request: GivenModelRequest,
): Promise<{ readonly model: Directory; readonly judged: StagesResult }> {
  const { judged, manifest } = await judgeAndDescribe(context, model, request);
  return { judged, model: await withJudgement(context, model, manifest, judged) };
}

/** What a model's gates say, and what the model is. */
export async function judgeAndDescribe(
  context: DataContext,
  model: Directory,
  request: GivenModelRequest,
): Promise<{ readonly manifest: Manifest; readonly judged: StagesResult }> {
  const known = await readManifest(model, "--model");
  await refuseTampered(context, { model, manifest: known, flag: "--model" }, request);
  await checkBaseline(context, request.baseline);
  const manifest = await describeModel(context, model, known);
  // The image that is judged has the labels of the one that is published. A model without a manifest is judged as it is.
  const candidate = known === undefined ? model : withManifest(modelFiles(model), manifest);
  return { judged: await judgeModel(context, candidate, request), manifest };
}

/** @throws UserError for an accepted model whose manifest is damaged, edited, or not believed, before anything is run */
export async function checkBaseline(context: Context, baseline: Directory | undefined): Promise<void> {
  if (baseline !== undefined) await believedManifest(context, baseline, "--baseline");
}

/**
 * @param checks of a canary, where the call may try one
 * @param config names the gates from outside; what may be one is let through where it is not known yet
 * @throws UserError for the name of a gate that does not exist
 */
export function checkApproved(
  approved: readonly string[] = [],
  checks: readonly string[] = [],
  config?: Pick<GatesConfig, "external">,
): void {
  const ids = [...GATES.map((gate) => gate.id), ...Object.keys(config?.external ?? {}).map(externalIdOf)];
  const isLater = (id: string): boolean => config === undefined && externalNameOf(id) !== undefined;
  const unknown = approved.find((id) => !ids.includes(id) && !checks.includes(id) && !isLater(id));
  if (unknown === undefined) return;
  const close = nearest(unknown, [...ids, ...checks]);
  const others = checks.length === 0 ? "" : `, and of a canary the checks ${checks.join(", ")}`;
  throw new UserError(
    `--approve=${unknown}: there is no such gate${close === undefined ? "." : `; did you mean ${close}?`} There are ${ids.join(", ")}${others}.`,
    "gates",
  );
}

/** @param known what the model's manifest says */
async function describeModel(context: DataContext, model: Directory, known: Manifest | undefined): Promise<Manifest> {
  const [{ app, files }, { data }] = await Promise.all([
    fingerprint(context, { app: context.project.app, files: modelFiles(model) }),
    fingerprint(context, { data: context.data }),
  ]);
  return {
    schemaVersion: 2,
    // What the manifest says of the training holds only for the files that it was written for.
    trainingInputs: known?.model === files.sha256 ? known.trainingInputs : "",
    source: app.sha256,
    data: data.sha256,
    files: [...data.kinds],
    model: files.sha256,
    ...(known?.profile === undefined ? {} : { profile: known.profile }),
    // The row count and the revision in the manifest hold only for the data that it was made with.
    ...(known?.data === data.sha256 ? { rows: known.rows, dvc: known.dvc } : {}),
  };
}
