import { randomUUID } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../base/errors.ts";
import type { Context } from "./context.ts";
import { formatReference, parseReference } from "./reference.ts";
import { explainPush } from "./registry/explain.ts";
import { registryError } from "./registry/failure.ts";
import { skopeo } from "./skopeo.ts";
import type { RegistryAuth, WrittenImage } from "./types.ts";

const copyArgs = ["--quiet", "--preserve-digests"];

/** Pushes the image unchanged, so that its digest is that of the layout. Gives `name:tag@sha256:…`. */
export async function publish(
  context: Context,
  image: WrittenImage,
  address: string,
  auths: readonly RegistryAuth[],
): Promise<string> {
  const reference = parseReference(address);
  if (reference.digest !== undefined) {
    throw new EngineError(
      `Cannot push to ${address}: a digest is what pushing gives. Name a tag, or nothing for \`latest\`.`,
    );
  }
  const target = formatReference(reference);
  const scratch = await context.store.scratch();
  const blobs = join(await context.store.imagesPath(), "blobs");
  const digestFile = join(scratch, `digest-${randomUUID()}`);
  try {
    const result = await skopeo({
      command: "copy",
      args: [...copyArgs, "--src-shared-blob-dir", blobs, "--digestfile", digestFile, "oci:.", `docker://${target}`],
      registry: reference.registry,
      auths,
      scratch,
      cwd: image.layout,
    });
    if (result.exitCode !== 0)
      throw registryError("push to", target, reference.registry, await explainPush({ reference, auths }, result));
    return `${target}@${(await readFile(digestFile, "utf8")).trim()}`;
  } finally {
    await rm(digestFile, { force: true });
  }
}
