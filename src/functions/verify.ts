import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { type Evidence, readEvidence, requireTrusted } from "../evidence/evidence.ts";
import { readManifest } from "../model/manifest.ts";
import { DEFAULT_PYTHON } from "../project/python/version.ts";
import { believed } from "../stages/believed.ts";
import type { Site } from "./site.ts";
import { judgedText, passedOrThrow } from "./verdict-text.ts";
import { verifyImage } from "./verify-image.ts";

/** What is verified: one of both. */
export interface VerifyRequest {
  readonly model?: Directory | undefined;
  /** `REGISTRY/NAME@sha256:…`. */
  readonly image?: string | undefined;
}

/** Says who judged a model or an image, when, with which gates and from what; fails unless a trusted key signed that it passed. */
export async function verify(site: Site, { model, image }: VerifyRequest): Promise<string> {
  const evidence = await readEvidence(site.evidence);
  const trusted = requireTrusted(evidence);
  if (model !== undefined && image === undefined) return verifyModel(site, evidence, model);
  if (image !== undefined && model === undefined) return verifyImage(site.registry, image, trusted, evidence.approvers);
  throw new UserError(
    "What is to be verified? Give --image=REGISTRY/NAME@sha256:…, or --model=FOLDER, and not both.",
    "evidence",
  );
}

async function verifyModel(site: Site, evidence: Evidence, model: Directory): Promise<string> {
  const manifest = await readManifest(model, "--model");
  if (manifest === undefined) {
    throw new UserError(
      "There is no ml-pipeline.json in the folder of --model: no pipeline has judged it, or it is not the model directory itself.",
      "evidence",
    );
  }
  const runtime = { settings: site.settings, python: DEFAULT_PYTHON, since: Date.now() };
  const found = await believed(runtime, { ...evidence, trustWasGiven: true }, { model, manifest, flag: "--model" });
  if (found === undefined) throw new Error("a verdict was believed that nobody signed");
  return passedOrThrow(manifest, judgedText(manifest, found));
}
