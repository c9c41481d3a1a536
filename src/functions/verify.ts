import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { readEvidence } from "../evidence/evidence.ts";
import { blocks } from "../gates/result.ts";
import { type Manifest, readManifest } from "../model/manifest.ts";
import type { Believed } from "../model/verdict.ts";
import { DEFAULT_PYTHON } from "../project/python/version.ts";
import { believed } from "../stages/believed.ts";
import type { Site } from "./site.ts";

export interface VerifyRequest {
  readonly model: Directory;
}

/** Says who judged a model, when, with which gates and from what; fails unless a trusted key signed that it passed. */
export async function verifyModel(site: Site, { model }: VerifyRequest): Promise<string> {
  const evidence = await readEvidence(site.evidence);
  if (evidence.trusted.length === 0) {
    throw new UserError(
      "Nothing says whose signature counts: give --verification-key=FILE before the function, with the public keys of those who may judge.",
      "evidence",
    );
  }
  const manifest = await readManifest(model, "--model");
  if (manifest === undefined) {
    throw new UserError(
      "There is no ml-pipeline.json in the folder of --model: no pipeline has judged it, or it is not the model directory itself.",
      "evidence",
    );
  }
  const runtime = { settings: site.settings, python: DEFAULT_PYTHON, since: Date.now() };
  const found = await believed(runtime, { ...evidence, trustWasGiven: true }, { model, manifest, flag: "--model" });
  const text = described(manifest, found);
  const { verdict, reason } = manifest.validation ?? { verdict: "failed", reason: "its gates have not been asked" };
  if (verdict !== "passed") throw new UserError(`${text}\nIt did not pass: ${reason}`);
  return text;
}

function described(manifest: Manifest, found: Believed | undefined): string {
  const { validation, source, data, model, dvc } = manifest;
  const gates = validation?.gates ?? [];
  const line = (name: string, value: string | undefined): string[] =>
    value === undefined ? [] : [`  ${name.padEnd(13)} ${value}`];
  return [
    `${validation?.verdict ?? "not judged"}: signed by key ${found?.keyId ?? ""} at ${found?.timeCreated ?? ""}`,
    ...gates.map(
      (gate) => `  ${blocks(gate) ? "✗" : gate.status === "passed" ? "✓" : "–"} ${gate.id}: ${gate.message}`,
    ),
    ...line("model", model),
    ...line("source", source),
    ...line("data", data),
    ...line("data in DVC", dvc),
    ...line("Python", validation?.judged.environment.python),
    ...line("base image", validation?.judged.environment.image),
    ...line("policy", validation?.judged.policy),
  ].join("\n");
}
