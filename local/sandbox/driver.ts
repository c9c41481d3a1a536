import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { copyingDriver } from "./copying.ts";
import { type LayerDriver, overlayDriver } from "./layers.ts";
import type { Mounter } from "./mounting.ts";

/** The kinds of layers a cache folder may hold: one for all, decided by the first session. */
const kinds = ["overlay", "copy"] as const;

/**
 * The way to put layers together that the cache folder at `cache` can hold. `ML_PIPELINE_LAYERS=copy` chooses copying for a
 * cache that has no layers yet.
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

/** A cache that was made elsewhere may lie where its layers cannot be mounted. */
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
