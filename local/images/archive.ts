import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { runChild } from "./child.ts";
import type { Context } from "./context.ts";
import { blobIn, hexOf, readManifest } from "./oci.ts";
import type { WrittenImage } from "./types.ts";

/**
 * Packs a written image into one file that is both an OCI archive and a docker archive, so that `docker load`, `podman
 * load` and `skopeo copy` can read it. One rename makes the file visible. Equal images give equal files.
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
    // tar exits with 1 when a file changed while it was read. Blobs never change, but a new hard link to one changes
    // its status.
    if (packed.exitCode > 1) throw new Error(`tar cannot write ${path}: ${packed.stderr}`);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Writes what `docker load` reads: the paths of the configuration and of the layers. */
async function dockerManifest(image: WrittenImage): Promise<string> {
  const manifest = readManifest(await readFile(blobIn(image.layout, image.digest), "utf8"));
  const path = (digest: string): string => `blobs/sha256/${hexOf(digest)}`;
  const layers = manifest.layers.map((layer) => path(layer.digest));
  return JSON.stringify([{ Config: path(manifest.config.digest), RepoTags: null, Layers: layers }]);
}
