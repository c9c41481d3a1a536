import type { Container, Directory } from "@dagger.io/dagger";
import { APP } from "../containers/paths.ts";
import type { RegistryAccess } from "../context/access.ts";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { attestationsOf, type OpenedAttestation } from "../evidence/attestation.ts";
import { newestVerdict, reasonAgainst } from "../model/attached-verdict.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { type Manifest, SIGNED_VERDICT, withManifest } from "../model/manifest.ts";
import { modelFolder } from "../project/project.ts";
import { openRepository } from "../registry/connection.ts";
import { isOfRegistry } from "../registry/content.ts";
import { parseReference, type Reference } from "../registry/reference.ts";
import { credentialsOf } from "../stages/credentials.ts";

/* The accepted model out of the image that serves it, with what the pipeline said of it when it published that image. */

/**
 * The model in a serving image: its files, the manifest in the verdict that is attached to the image, and that verdict where it is signed.
 *
 * @param image just started from `place`
 * @param place how the caller named the image, for messages
 * @throws UserError for an image without a model, one that was changed, and one that no trusted key vouches for where that is asked for
 */
export async function modelInImage(
  access: RegistryAccess,
  context: Context,
  image: Container,
  place: string,
): Promise<Directory> {
  const folder = `${APP}/${modelFolder(context.project)}`;
  const [there, label, reference] = await Promise.all([
    image.exists(folder),
    image.label("ml-pipeline.model"),
    image.imageRef(),
  ]);
  if (!there) throw new UserError(`${place}: the image has no ${folder}, where the pipeline puts a model.`, "store");
  const model = image.directory(folder);
  const { files } = await fingerprint(context, { files: model });
  if (label !== "" && label !== files.sha256) {
    throw new UserError(
      `${place}: the model in ${folder} was changed after the image was built: its label says ${label}, and it is ${files.sha256}.`,
      "store",
    );
  }
  const said = await verdictAbout(access, context, reference, place);
  if (said === undefined) return model;
  if (said.manifest.model !== files.sha256) {
    throw new UserError(
      `${place}: the verdict that is attached to the image is about another model, ${said.manifest.model}; the one in ${folder} is ${files.sha256}.`,
      "evidence",
    );
  }
  const described = withManifest(model, said.manifest);
  return said.envelope === undefined ? described : described.withNewFile(SIGNED_VERDICT, `${said.envelope}\n`);
}

/** The newest verdict about an image; undefined where there is none, and nothing asks for one. */
async function verdictAbout(
  access: RegistryAccess,
  { config, evidence }: Pick<Context, "config" | "evidence">,
  image: string,
  place: string,
): Promise<{ readonly manifest: Manifest; readonly envelope: string | undefined } | undefined> {
  const isAsked = evidence.trustWasGiven || config.evidence["require-signature"];
  const reference = parseReference(image, "--baseline-from");
  const { digest } = reference;
  if (digest === undefined) throw new Error("an image that an engine has resolved has no digest");
  const found = await attached(access, reference, digest, evidence.trusted).catch((error: unknown) => {
    if (!isOfRegistry(error)) throw error;
    // The engine had the image, by credentials or a way that this container may not have.
    if (!isAsked) return [];
    throw new UserError(`${place}: what is attached to the image cannot be read: ${error.message}.`, "evidence");
  });
  const newest = newestVerdict(found, digest);
  if (isAsked && newest?.key === undefined) {
    throw new UserError(`${place}: ${reasonAgainst(found, digest, evidence.trusted)}`, "evidence");
  }
  return newest === undefined ? undefined : { manifest: newest.verdict.manifest, envelope: newest.envelope };
}

async function attached(
  access: RegistryAccess,
  reference: Reference,
  digest: string,
  trusted: Context["evidence"]["trusted"],
): Promise<OpenedAttestation[]> {
  const repository = await openRepository(reference, await credentialsOf(access, reference), "pull");
  return attestationsOf(repository, digest, trusted);
}
