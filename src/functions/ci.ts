import { posix } from "node:path";
import { type Directory, dag } from "@dagger.io/dagger";
import {
  accessFlags,
  branchName,
  cachePlace,
  cacheTrust,
  checkoutFolder,
  cronLine,
  environmentNames,
  imageName,
  moduleSource,
} from "../ci/arguments.ts";
import { besidePath, CiEngine, type CiFiles, isWritten } from "../ci/system.ts";
import { type CiSystem, SYSTEMS } from "../ci/systems.ts";
import { type SharedCache, workflowsOf } from "../ci/workflows.ts";
import { readContext } from "../context/context.ts";
import { releaseOrder } from "../delivery/settings.ts";
import { UserError } from "../errors.ts";
import { dataFolderOf } from "../project/commands/data-folders.ts";
import { projectName } from "../project/name.ts";
import { isNeverRead } from "../project/not-source.ts";
import { addressOf, refusedAddress } from "../store/address.ts";
import type { Site } from "./site.ts";

/** What files are written for. */
export interface CiCall {
  readonly source: Directory;
  readonly system: CiSystem;
  readonly engine: CiEngine;
  /** Where images are pushed to, `REGISTRY/NAME`. */
  readonly address?: string | undefined;
  /** The folder of the checkout with the current data. */
  readonly live?: string | undefined;
  /** What the current data are compared with. */
  readonly reference?: string | undefined;
  /** Flags that take a secret, beside those that follow from the project. */
  readonly access: readonly string[];
  /** The cache that runners share, `REGISTRY/NAME`, and the key by which its results are believed. */
  readonly sharedCache?: string | undefined;
  readonly sharedTrust?: string | undefined;
  readonly branch: string;
  readonly retrainAt: string;
  readonly watchAt: string;
  /** Where the runners get the module, `ADDRESS@REF`. */
  readonly module: string;
}

/**
 * The files of a CI system for a project, as a folder: as much of the pipeline as the project has.
 *
 * @throws UserError when an argument cannot stand in such files
 */
export async function ciFolder(site: Site, call: CiCall): Promise<Directory> {
  const files = await ciFiles(site, call);
  return [...files].reduce((folder, [path, text]) => folder.withNewFile(path, text), dag.directory());
}

/** The same by their paths in the project's repository. */
export async function ciFiles(site: Site, call: CiCall): Promise<CiFiles> {
  const { config, project } = await readContext(call.source, site, { mayBeEmpty: true, solves: false });
  const address = call.address === undefined ? undefined : imageName(call.address);
  const root = site.root === "" ? "" : checkoutFolder("--root", site.root).slice(0, -1);
  const environments = environmentNames(releaseOrder(config.release, config.deploy));
  const workflows = workflowsOf({
    address,
    ...{ hasStore: (site.store.address ?? config.store.url) !== undefined, store: storeText(site), root },
    environments,
    pointer: config.deploy[environments.at(-1) ?? ""]?.pointer,
    hasWindow: project.entryPoints["fetch-window"] !== undefined,
    live: call.live === undefined ? undefined : checkoutFolder("--live", call.live),
    reference: checkoutFolder("--reference", call.reference ?? posix.join(root, dataFolderOf(config.data))),
    cache: sharedCache(call),
    access: accessFlags(call.access),
    retrainAt: cronLine("--retrain-at", call.retrainAt, call.system),
    watchAt: cronLine("--watch-at", call.watchAt, call.system),
  });
  await tellWhatIsLeft(call);
  const files = SYSTEMS[call.system]({
    ...{ workflows, engine: call.engine, branch: branchName(call.branch), module: moduleSource(call.module) },
    ...{ registry: address?.split("/")[0], project: projectName(project)?.replaceAll(/[^\w.-]+/g, "-") },
    ...{ root, existing: new Set(await call.source.entries()) },
  });
  const written = await Promise.all([...files].map(([path, text]) => placed(call.source, { path, text, root })));
  await tellLeftOvers(call.source, new Set(files.keys()), root);
  return new Map(written);
}

/** @throws UserError when one of both is missing, or the engine has no such cache */
function sharedCache({ sharedCache: cache, sharedTrust: trust, engine }: CiCall): SharedCache | undefined {
  if (cache === undefined && trust === undefined) return undefined;
  if (cache === undefined || trust === undefined) {
    throw new UserError(
      "--shared-cache and --shared-trust belong together: where runners share results, and the key by which these are believed, as `ml-pipeline cache key` prints it.",
      "ci",
    );
  }
  if (engine === CiEngine.DAGGER) {
    throw new UserError(
      "--shared-cache is of the included engine: Dagger's keeps its own, in a runner that stays.",
      "ci",
    );
  }
  return { place: cachePlace(cache), trust: cacheTrust(trust) };
}

/** Says what must be seen to before a job can run. */
async function tellWhatIsLeft({ source, live, module }: CiCall): Promise<void> {
  if (module.includes("/OWNER/")) {
    console.info(`OWNER in ${module} stands for where you have this module: --module=ADDRESS@REF says it`);
  }
  if (live !== undefined && !isNeverRead(posix.normalize(live)) && !(await source.exists(live))) {
    console.info(`the project has no folder ${live} now: the job that watches production needs it in its checkout`);
  }
}

/** The address of the store as it can stand in a file: parsed and put together again, since it may hold what is a secret. */
function storeText({ store: { address } }: Site): string | undefined {
  if (address === undefined) return undefined;
  const parsed = addressOf(address);
  if (parsed === undefined) throw new UserError(`--store=${refusedAddress(address)}`, "store");
  const { bucket, prefix, endpoint, region } = parsed;
  return `s3://${bucket}/${prefix}?region=${region}${endpoint === "" ? "" : `&endpoint=${endpoint}`}`;
}

/** Says which files were written once, by a call that was told more, and are for nothing now. */
async function tellLeftOvers(source: Directory, paths: ReadonlySet<string>, root: string): Promise<void> {
  for (const folder of new Set([...paths].map((path) => posix.dirname(path)))) {
    if (folder === "." || !(await source.exists(folder))) continue;
    for (const name of await source.directory(folder).entries()) {
      const path = posix.join(folder, name);
      if (paths.has(path) || !/\.ya?ml$/.test(name)) continue;
      if (isWritten(await source.file(path).contents(), { root })) {
        console.info(`${path} was written by an earlier call and is none of these files: remove it`);
      }
    }
  }
}

/** A file that somebody else wrote stays: what is for its place stands beside it. */
async function placed(
  source: Directory,
  { path, text, root }: { readonly path: string; readonly text: string; readonly root: string },
): Promise<readonly [path: string, text: string]> {
  if (!(await source.exists(path)) || isWritten(await source.file(path).contents(), { root })) return [path, text];
  const beside = besidePath(path);
  console.info(`${path} is there and was not written by this: what is for it stands in ${beside}`);
  return [beside, text];
}
