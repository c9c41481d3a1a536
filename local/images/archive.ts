import { randomUUID } from "node:crypto";
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { runChild } from "./child.ts";
import type { Context } from "./context.ts";
import { blobIn, hexOf, type Manifest, readManifest } from "./oci.ts";
import type { WrittenImage } from "./types.ts";

/**
 * Packs a written image into one file that is both an OCI archive and a docker archive, so that `docker load`, `podman
 * load` and `skopeo copy` can read it. One rename makes the file visible. Equal images give equal files.
 */
export async function archive(context: Context, image: WrittenImage, path: string): Promise<void> {
  const scratch = join(await context.store.scratch(), `archive-${randomUUID()}`);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  const images = await context.store.imagesPath();
  await mkdir(scratch, { recursive: true });
  await mkdir(dirname(path), { recursive: true });
  try {
    const manifest = readManifest(await readFile(blobIn(images, image.digest), "utf8"));
    await writeFile(join(scratch, "manifest.json"), dockerManifest(manifest));
    const blobs = new Set([image.digest, ...[manifest.config, ...manifest.layers].map(({ digest }) => digest)]);
    const fixed = ["--format=gnu", `--mtime=@${context.sourceDateEpoch}`, "--mode=u=rwX,go=rX"];
    const owner = ["--owner=0", "--group=0", "--numeric-owner", "--hard-dereference"];
    const content = [
      `--directory=${scratch}`,
      "manifest.json",
      `--directory=${image.layout}`,
      "oci-layout",
      "index.json",
      `--directory=${images}`,
      ...[...blobs].map(pathOf).sort(),
    ];
    const packed = await runChild("tar", [
      "--create",
      `--file=${draft}`,
      "--force-local",
      ...fixed,
      ...owner,
      ...content,
    ]);
    // tar exits with 1 when a file changed while it was read. Blobs never change, but a new hard link to one changes
    // its status.
    if (packed.exitCode > 1) throw new Error(`tar cannot write ${path}: ${packed.stderr}`);
    // The user's umask is no part of it.
    await chmod(draft, 0o644);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

const pathOf = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;

/** Writes what `docker load` reads: the paths of the configuration and of the layers. */
function dockerManifest({ config, layers }: Manifest): string {
  const paths = layers.map((layer) => pathOf(layer.digest));
  return JSON.stringify([{ Config: pathOf(config.digest), RepoTags: null, Layers: paths }]);
}
