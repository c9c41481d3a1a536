import { createHash } from "node:crypto";
import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { fileKindSchema } from "../containers/commands.ts";
import { UserError } from "../errors.ts";
import { canonicalJson, isObject, jsonOf } from "../json.ts";
import { type KeyParts, keyPartsSchema } from "../keys/parts.ts";
import { judgedSchema } from "./judged.ts";
import { mistakenFor } from "./mistaken.ts";

/*
 * A model directory records its inputs and the result of its gates in `ml-pipeline.json` beside the model's own files. So
 * another machine can recognize and reuse the model, and a model that did not pass its gates is not published.
 */

export const MANIFEST = "ml-pipeline.json";

/** The same, signed, in the form of a bundle of in-toto. */
export const SIGNED_VERDICT = "ml-pipeline.intoto.jsonl";

const gateVerdict = z.strictObject({
  id: z.string(),
  status: z.enum(["passed", "failed", "skipped", "inconclusive"]),
  required: z.boolean(),
  message: z.string(),
  /** Whether a person approved an inconclusive result. */
  approved: z.boolean().optional(),
  /** Whether somebody let a worse model go out although this gate would have blocked it. */
  forced: z.boolean().optional(),
});

const origin = {
  /** Hash of everything that training depends on: see `trainingKey`. */
  trainingInputs: z.string(),
  /** The parts of that key by their names; absent in manifests of earlier versions. */
  trainingParts: keyPartsSchema.optional(),
  /** Content hashes, `sha256:…`. `model` is that of the model directory without this file. */
  source: z.string(),
  data: z.string(),
  model: z.string(),
  /** The number of rows of the data, if they were counted, and its DVC revision, if it is tracked. */
  rows: z.number().optional(),
  dvc: z.string().optional(),
  /** The files of the data by their endings; absent in manifests of earlier versions. */
  files: z.array(fileKindSchema).optional(),
};

export const manifestSchema = z.strictObject({
  schemaVersion: z.literal(2),
  ...origin,
  /** The profile that it was trained by; absent for a full training. */
  profile: z.literal("quick").optional(),
  /** The result of the gates; absent before they ran. */
  validation: z
    .strictObject({
      verdict: z.enum(["passed", "failed"]),
      /** The failed stage and its message; empty if none failed. */
      reason: z.string(),
      gates: z.array(gateVerdict),
      /** What the result is about: it says nothing about anything else. */
      judged: judgedSchema,
    })
    .optional(),
});

export type Manifest = z.output<typeof manifestSchema>;

/** What version 1 said of a model's origin. Its verdicts do not say what was judged, so they are left out. */
const firstVersion = z.object({ schemaVersion: z.literal(1), ...origin });

/** Everything that training depends on. Equal inputs give an equal key on every machine and on both engines. */
export interface TrainingInputs {
  readonly source: string;
  readonly data: string;
  readonly dependencies: string;
  readonly image: string;
  readonly epochs: number;
  readonly device: string;
  /** The project's own command, where it is not a module of the convention. */
  readonly command?: object;
  /** The accepted model that training begins with, where it asks for one. */
  readonly baseline?: string;
  /** Absent for a full training. */
  readonly profile?: "quick";
  /** The share of the rows that it is trained on; absent for all of them. */
  readonly sample?: string;
  /** Absent where one machine trains alone. */
  readonly workers?: number;
}

export const sha256 = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** The inputs of a training as parts of its key. Each counts by its name, so that none that is added can be left out. */
export const trainingParts = (inputs: TrainingInputs): KeyParts =>
  Object.fromEntries(
    Object.entries(inputs).flatMap(([name, value]) => (value === undefined ? [] : [[name, partText(value)]])),
  );

const partText = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : sha256(canonicalJson(value));

/** The key of a training. Those of earlier versions were made otherwise, so that none of them is equal. */
export const trainingKey = (parts: KeyParts): string => sha256(canonicalJson({ version: 3, parts }));

/** What a pointer of Git LFS begins with, and what to do about one. */
const LFS_POINTER = "version https://git-lfs.github.com/spec/";
export const LFS_ADVICE =
  "a pointer of Git LFS, not the file itself. Fetch it with `git lfs pull` (in GitHub Actions, actions/checkout with lfs: true).";

/** The flag that a model directory came by. */
export type ModelFlag = "--model" | "--baseline" | "--baseline-from" | "--reuse";

/**
 * The manifest of a model directory; undefined for a model that this pipeline did not train.
 *
 * @throws UserError when there is something by that name which is not a manifest, or one that was edited
 */
export async function readManifest(model: Directory, flag: ModelFlag): Promise<Manifest | undefined> {
  const entries = await model.entries();
  // Dagger lists folders with a slash at the end.
  if (entries.includes(`${MANIFEST}/`)) throw refused(flag, "is a folder");
  if (!entries.includes(MANIFEST)) {
    // There is nothing to reuse before the first run; what is judged must be there.
    if (flag !== "--reuse") await requireFiles(model, flag);
    const mistaken = mistakenFor(entries);
    if (mistaken === undefined) return undefined;
    throw new UserError(`There is no ${MANIFEST} in the folder of ${flag}, which ${mistaken}.`, "store");
  }
  if (!(await model.exists(MANIFEST))) throw refused(flag, "is a link that leads nowhere");
  return parseManifest(await model.file(MANIFEST).contents(), flag);
}

/** Parses a manifest. White space and the order of keys do not count, because formatters and git change those. */
export function parseManifest(text: string, flag: ModelFlag): Manifest {
  const value = jsonOf(text);
  const first = firstVersion.safeParse(value);
  if (first.success) return { ...first.data, schemaVersion: 2 };
  if (text.startsWith(LFS_POINTER)) {
    throw new UserError(`${MANIFEST} in the model directory of ${flag} is ${LFS_ADVICE}`, "your-project");
  }
  if (!isObject(value)) throw refused(flag, "is not JSON of a manifest");
  const { seal, ...sealed } = value;
  const found = manifestSchema.safeParse(sealed);
  if (!found.success || typeof seal !== "string") {
    throw refused(flag, "is not one that this version of ml-pipeline wrote");
  }
  if (seal !== sealOf(sealed)) throw refused(flag, "was edited after the pipeline had written it");
  return found.data;
}

const refused = (flag: ModelFlag, what: string): UserError =>
  new UserError(
    `${MANIFEST} in the model directory of ${flag} ${what}. Take the directory again from the run that made it, or remove ${MANIFEST}: what it says of the model is not believed then.`,
  );

export const withManifest = (model: Directory, manifest: Manifest): Directory =>
  model.withNewFile(MANIFEST, manifestText(manifest));

/** Files that keep a folder in git, or that a system leaves in any. */
const PLACEHOLDERS = /(^|\/)(\.git(keep|ignore|attributes)?|\.keep|\.DS_Store|\.placeholder)$/;

/** @throws UserError for a folder without any file of a model, before a program of the project is asked for one */
async function requireFiles(model: Directory, flag: ModelFlag): Promise<void> {
  const files = (await modelFiles(model).glob("**")).filter((path) => !path.endsWith("/"));
  if (files.some((path) => !PLACEHOLDERS.test(path))) return;
  const there = files.length === 0 ? "is empty" : `holds nothing but ${files.join(", ")}`;
  throw new UserError(
    `There is no model: the folder of ${flag} ${there}. \`ml-pipeline train --source=. --data=DATA export --path=DIR\` makes one.`,
  );
}

/** A manifest as it lies in a model directory. */
export const manifestText = (manifest: Manifest): string =>
  `${JSON.stringify({ ...manifest, seal: sealOf(manifest) }, null, 2)}\n`;

/**
 * A hash of all that a manifest says. It tells an edited manifest, and is no signature: whoever knows how it is made can make it
 * anew.
 */
const sealOf = (manifest: object): string => sha256(canonicalJson(manifest));

/** The model's own files: without what the pipeline wrote beside them, and the history of a repository that it was cloned as, which may hold a token. */
export const modelFiles = (model: Directory): Directory =>
  model.filter({ exclude: [MANIFEST, SIGNED_VERDICT, "**/.git"] });
