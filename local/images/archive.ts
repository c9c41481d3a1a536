import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { runChild } from "./child.ts";
import type { Context } from "./context.ts";
import { blobIn, hexOf, readManifest } from "./oci.ts";
import type { WrittenImage } from "./types.ts";

/**
 * Packs a written image into one file that is an OCI archive and a docker archive at once, so that `docker load`,
 * `podman load` and `skopeo copy` read it. The file appears whole or not at all; equal images give equal files.
 */
export async function archive(context: Context, image: WrittenImage, path: string): Promise<void> {
  const scratch = join(await context.store.scratch(), `archive-${randomUUID()}`);
  const draft = join(dirname(path), `.${basename(path)}.${randomUUID()}`);
  await mkdir(scratch, { recursive: true });
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(join(scratch, "manifest.json"), await dockerManifest(image));
    const fixed = ["--format=gnu", "--sort=name", `--mtime=@${context.sourceDateEpoch}`, "--mode=u=rwX,go=rX"];
    const owner = ["--owner=0", "--group=0", "--numeric-owner", "--hard-dereference"];
    const content = [
      `--directory=${scratch}`,
      "manifest.json",
      `--directory=${image.layout}`,
      "oci-layout",
      "index.json",
      "blobs",
    ];
    const packed = await runChild("tar", [
      "--create",
      `--file=${draft}`,
      "--force-local",
      ...fixed,
      ...owner,
      ...content,
    ]);
    // 1: a file changed while it was read. Blobs never do, but a hard link made elsewhere changes what tar looks at.
    if (packed.exitCode > 1) throw new Error(`tar cannot write ${path}: ${packed.stderr}`);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What `docker load` reads: paths of the configuration and of the layers. */
async function dockerManifest(image: WrittenImage): Promise<string> {
  const manifest = readManifest(await readFile(blobIn(image.layout, image.digest), "utf8"));
  const path = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;
  const layers = manifest.layers.map((layer) => path(layer.digest));
  return JSON.stringify([{ Config: path(manifest.config.digest), RepoTags: null, Layers: layers }]);
}
