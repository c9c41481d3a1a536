import type { Directory } from "@dagger.io/dagger";
import type { Runtime } from "../containers/runtime.ts";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Signer } from "../evidence/keys.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Manifest, type ModelFlag, modelFiles, readManifest, SIGNED_VERDICT } from "../model/manifest.ts";
import { refuseQuick } from "../model/profile.ts";
import { type Believed, checkVerdict } from "../model/verdict.ts";

/* What is said of a model that comes from outside of this run, as far as it may be believed. */

/** A model directory, what its manifest says, and the flag that it came by. */
export interface GivenModel {
  readonly model: Directory;
  readonly manifest: Manifest | undefined;
  readonly flag: ModelFlag;
}

/**
 * The manifest of a model, whose verdict a trusted key signed wherever the site or the project asks for that.
 *
 * @throws UserError for a manifest that is not believed, with the file, the reason and the flag
 */
export async function believedManifest(
  context: Context,
  model: Directory,
  flag: ModelFlag,
): Promise<Manifest | undefined> {
  const manifest = await readManifest(model, flag);
  await requireBelieved(context, { model, manifest, flag });
  return manifest;
}

/** @throws UserError for a manifest that is not believed, with the file, the reason and the flag */
export async function requireBelieved(context: Context, given: GivenModel): Promise<void> {
  // A quick training may take a quick model again, and looks for itself.
  if (given.flag !== "--reuse") refuseQuick(given.manifest, given.flag);
  await believed(context, wanted(context), given);
}

/**
 * A model whose gates are asked in this call needs no signature, but where the site or the project asks for one before anything is
 * published. One that is there must hold in any case: else somebody changed the model, and the site's key would vouch for what they made of
 * it.
 *
 * @throws UserError for a signature that does not hold, or that is missing and asked for, with the file, the reason and the flag
 */
export async function refuseTampered(
  context: Context,
  given: GivenModel,
  { isPublished = false }: { readonly isPublished?: boolean } = {},
): Promise<void> {
  const asked = isPublished ? wanted(context) : context.evidence;
  await believed(context, { ...asked, trustWasGiven: false }, given);
}

/**
 * Why what is said of a model is not believed, whose image is to be published; empty where it is.
 *
 * Who signs what is said of an image vouches for it, so that must be signed before: else a manifest that anybody wrote would be.
 */
export async function reasonForDoubt(context: Context, given: GivenModel): Promise<string> {
  const vouching =
    context.evidence.signer === undefined ? {} : { setting: "--signing-key, which is to vouch for the image," };
  try {
    await believed(context, { ...vouching, ...wanted(context) }, given);
    return "";
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}

/** @throws UserError when an image may not be pushed, because its verdict could not be signed */
export const requireSigner = ({ config, evidence }: Context): void =>
  requireSignature(config.evidence["require-signature"], evidence.signer);

/** The same, where the context is gone. */
export function requireSignature(required: boolean, signer: Signer | undefined): void {
  if (!required || signer !== undefined) return;
  throw new UserError(
    "evidence.require-signature asks for signed verdicts, and there is nothing to sign with: give --signing-key before the function.",
    "evidence",
  );
}

interface Wanted extends Evidence {
  /** What asks for a signature, where a setting does. */
  readonly setting?: string;
}

const wanted = ({ evidence, config }: Context): Wanted =>
  config.evidence["require-signature"] ? { ...evidence, setting: "evidence.require-signature" } : evidence;

/**
 * Finds who signed the verdict of a model; undefined where none did, and nothing asks for it.
 *
 * @throws UserError for a signature that is missing and asked for, or that is there and does not hold
 */
export async function believed(
  runtime: Runtime,
  { trusted, trustWasGiven, setting }: Wanted,
  { model, manifest, flag }: GivenModel,
): Promise<Believed | undefined> {
  const where = `${SIGNED_VERDICT} in the model directory of ${flag}`;
  const asks = setting ?? (trustWasGiven ? "--verification-key" : undefined);
  if (manifest === undefined || !(await model.entries()).includes(SIGNED_VERDICT)) {
    if (asks === undefined) return undefined;
    throw refused(
      `${where} is missing: what is said of the model is not signed, and ${asks} asks for a signature. Take it from a run with --signing-key.`,
    );
  }
  if (trusted.length === 0) {
    if (asks === undefined) return undefined;
    throw refused(`${asks} asks for signed verdicts, and nothing says whose are trusted: give --verification-key.`);
  }
  const found = checkVerdict(await model.file(SIGNED_VERDICT).contents(), manifest, trusted);
  if (typeof found === "string") {
    throw refused(
      `${where} ${found}. Take the directory again from the run that made it, or name the key that signed it with --verification-key.`,
    );
  }
  const { files } = await fingerprint(runtime, { files: modelFiles(model) });
  if (files.sha256 === manifest.model) return found;
  throw refused(
    `A file of the model of ${flag} was changed after its verdict was signed: it was ${manifest.model}, and is ${files.sha256}.`,
  );
}

const refused = (message: string): UserError => new UserError(message, "evidence");
