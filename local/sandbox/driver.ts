import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { copyingDriver } from "./copying.ts";
import { type LayerDriver, overlayDriver } from "./layers.ts";
import type { Mounter } from "./mounting.ts";

/** The kinds of layers a cache folder may hold: one for all, decided by the first session. */
const kinds = ["overlay", "copy"] as const;

/**
 * The way to put layers together that the cache folder at `cache` can hold. `ML_PIPELINE_LAYERS=copy` chooses copying for a
 * cache that has no layers yet. Throws when the folder's layers cannot be used here.
 */
export async function chooseDriver(
  mounter: Mounter,
  cache: string,
  scratch: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<LayerDriver> {
  const overlay = overlayDriver(mounter, `${cache}/layers`, `${scratch}/overlay`);
  const known = layerKind(cache);
  const kind =
    known ??
    ((env.ML_PIPELINE_LAYERS ?? "overlay") === "overlay" && (await works(overlay, mounter, scratch))
      ? "overlay"
      : "copy");
  if (!known) writeFileSync(`${cache}/layer-kind`, kind);
  if (kind === "copy") return copyingDriver(mounter, `${scratch}/copies`);
  if (known && !(await works(overlay, mounter, scratch)))
    throw new Error(
      `The layers in ${cache} need overlay mounts, which are not possible here. ` +
        "Use another cache folder (XDG_CACHE_HOME) or remove this one.",
    );
  return overlay;
}

function layerKind(cache: string): (typeof kinds)[number] | undefined {
  const file = `${cache}/layer-kind`;
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (readdirSync(`${cache}/layers`).length === 0) return undefined;
  return kinds.find((kind) => kind === text) ?? "overlay";
}

/** Whether an overlay can be mounted and remembers that a directory was made anew. */
async function works(driver: LayerDriver, mounter: Mounter, scratch: string): Promise<boolean> {
  const trial = `${scratch}/trial`;
  const folders = ["lower", "upper", "work", "merged"].map((name) => `${trial}/${name}`);
  const [lower = "", upper = "", work = "", merged = ""] = folders;
  for (const folder of [trial, ...folders, `${lower}/a`, `${lower}/a/b`]) mkdirSync(folder);
  try {
    await driver.mount({ directories: [lower], draft: { upper, work } }, merged);
  } catch {
    // The kernel or the file system has no overlay for us; which of them is of no use to anybody.
    rmSync(trial, { recursive: true });
    return false;
  }
  try {
    rmSync(`${merged}/a`, { recursive: true });
    mkdirSync(`${merged}/a`);
    return readdirSync(`${merged}/a`).length === 0;
  } catch {
    // Without attributes of its own the file system cannot keep what an overlay has to remember.
    return false;
  } finally {
    await mounter.unmount(merged);
    rmSync(trial, { recursive: true });
  }
}
