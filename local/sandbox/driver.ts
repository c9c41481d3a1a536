import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { copyingDriver } from "./copying.ts";
import { type LayerDriver, overlayDriver } from "./layers.ts";
import type { Mounter } from "./mounting.ts";

/** The kinds of layers. A cache folder has layers of one kind, which its first session chose. */
const kinds = ["overlay", "copy"] as const;

/**
 * Chooses how to combine layers in the cache folder at `cache`. For a cache without layers, `ML_PIPELINE_LAYERS=copy`
 * chooses copying.
 */
export async function chooseDriver(
  mounter: Mounter,
  cache: string,
  scratch: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<LayerDriver> {
  const overlay = overlayDriver(mounter, `${cache}/layers`, `${scratch}/overlay`);
  const copying = (): LayerDriver => copyingDriver(mounter, `${scratch}/copies`);
  const known = layerKind(cache);
  if (known) return known === "copy" ? copying() : explained(overlay, cache);
  const wanted = (env.ML_PIPELINE_LAYERS ?? "overlay") === "overlay";
  const kind = wanted && (await works(overlay, mounter, scratch)) ? "overlay" : "copy";
  writeFileSync(`${cache}/layer-kind`, kind);
  return kind === "copy" ? copying() : overlay;
}

/** Explains a failed mount: a cache that was made elsewhere may have moved to where overlays are not possible. */
function explained(overlay: LayerDriver, cache: string): LayerDriver {
  return {
    ...overlay,
    mount: async (stack, target) => {
      try {
        return await overlay.mount(stack, target);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new Error(
          `${reason}\nThe layers in ${cache} need overlay mounts. Where these are not possible, use another cache folder ` +
            "(XDG_CACHE_HOME) or remove this one.",
          { cause },
        );
      }
    },
  };
}

function layerKind(cache: string): (typeof kinds)[number] | undefined {
  const file = `${cache}/layer-kind`;
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (readdirSync(`${cache}/layers`).length === 0) return undefined;
  return kinds.find((kind) => kind === text) ?? "overlay";
}

/** Says whether an overlay can be mounted and remembers that a directory was removed and made again. */
async function works(driver: LayerDriver, mounter: Mounter, scratch: string): Promise<boolean> {
  const trial = `${scratch}/trial`;
  const folders = ["lower", "upper", "work", "merged"].map((name) => `${trial}/${name}`);
  const [lower = "", upper = "", work = "", merged = ""] = folders;
  for (const folder of [trial, ...folders, `${lower}/a`, `${lower}/a/b`]) mkdirSync(folder);
  try {
    await driver.mount({ directories: [lower], draft: { upper, work } }, merged);
  } catch {
    // The kernel or the file system cannot do it; which of them does not matter to the user.
    rmSync(trial, { recursive: true });
    return false;
  }
  try {
    rmSync(`${merged}/a`, { recursive: true });
    mkdirSync(`${merged}/a`);
    return readdirSync(`${merged}/a`).length === 0;
  } catch {
    // The file system has no extended attributes, in which an overlay keeps such facts.
    return false;
  } finally {
    await mounter.unmount(merged);
    rmSync(trial, { recursive: true });
  }
}
