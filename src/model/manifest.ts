import { createHash } from "node:crypto";
import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { jsonOf } from "../json.ts";

/*
 * A model directory records its inputs and the result of its gates in `ml-pipeline.json` beside the model's own files. So
 * another machine can recognize and reuse the model, and a model that did not pass its gates is not published.
 */

export const MANIFEST = "ml-pipeline.json";

const gateVerdict = z.strictObject({
  id: z.string(),
  status: z.enum(["passed", "failed", "skipped", "inconclusive"]),
  required: z.boolean(),
  message: z.string(),
  /** Whether a person approved an inconclusive result. */
  approved: z.boolean().optional(),
});

const manifestSchema = z.strictObject({
  schemaVersion: z.literal(1),
  /** Hash of everything that training depends on: see `trainingKey`. */
  trainingInputs: z.string(),
  /** Content hashes, `sha256:…`. `model` is that of the model directory without this file. */
  source: z.string(),
  data: z.string(),
  model: z.string(),
  /** The number of rows of the data, if they were counted, and its DVC revision, if it is tracked. */
  rows: z.number().optional(),
  dvc: z.string().optional(),
  /** The result of the gates for exactly this model; absent before they ran. */
  validation: z
    .strictObject({
      verdict: z.enum(["passed", "failed"]),
      data: z.string(),
      /** The failed stage and its message; empty if none failed. */
      reason: z.string(),
      gates: z.array(gateVerdict),
    })
    .optional(),
});

export type Manifest = z.output<typeof manifestSchema>;

/** Everything that training depends on. Equal inputs give an equal key on every machine and on both engines. */
export interface TrainingInputs {
  readonly app: string;
  readonly data: string;
  readonly dependencies: string;
  readonly image: string;
  readonly epochs: number;
  readonly device: string;
}

export const sha256 = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

export function trainingKey(inputs: TrainingInputs): string {
  const { app, data, dependencies, image, epochs, device } = inputs;
  return sha256(JSON.stringify([1, app, data, dependencies, image, epochs, device]));
}

/**
 * The manifest of a model directory; undefined for a model that this pipeline did not train.
 *
 * @throws UserError when the file exists and is not a manifest
 */
export async function readManifest(model: Directory): Promise<Manifest | undefined> {
  if (!(await model.exists(MANIFEST))) return undefined;
  return parseManifest(await model.file(MANIFEST).contents());
}

export function parseManifest(text: string): Manifest {
  const found = manifestSchema.safeParse(jsonOf(text));
  if (found.success) return found.data;
  throw new UserError(
    `${MANIFEST} in the model directory is not one that this version of ml-pipeline wrote. Train the model again, or remove the file.`,
  );
}

export const withManifest = (model: Directory, manifest: Manifest): Directory =>
  model.withNewFile(MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);

/** The model directory without its manifest. */
export const modelFiles = (model: Directory): Directory => model.withoutFile(MANIFEST);
