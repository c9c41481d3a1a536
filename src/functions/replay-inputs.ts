import { type Container, type Directory, dag } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { isEngineFault, messageOf } from "../errors.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { modelFiles } from "../model/manifest.ts";
import { type PipelineStage, runStages } from "../pipeline.ts";
import { dataDifferences } from "../replay/compare.ts";
import type { RecordedRun } from "../replay/recorded.ts";
import { type Had, some } from "../replay/words.ts";
import { containerFor } from "../stages/credentials.ts";
import type { RunInputs, StageData } from "../stages/definition.ts";
import { listed } from "../stages/dependency-hash.ts";
import { isTracked } from "../stages/pull-data.ts";
import { READY_DATA } from "../stages/ready-data.ts";
import { oneLine } from "../text.ts";
import { latestData } from "./data.ts";
import { dataOf } from "./data-folder.ts";
import { readVersion, storeIn } from "./model-store.ts";
import type { Site } from "./site.ts";

/* What a run that is replayed had beside its source, each by its hash. */

/** An input, and what is said of it. Undefined where it cannot be had. */
export interface Found<T> {
  readonly value: T | undefined;
  readonly had: Had;
}

/** Folders that the data may be in: one that was given, or else the projects that have some. */
export interface DataRequest {
  readonly data?: Directory | undefined;
  readonly sources: readonly Directory[];
}

/** The data of a run, from the first folder that has them; from the first one that has any where none has. */
export async function foundData(
  site: Site,
  context: Context,
  run: RecordedRun,
  { data, sources }: DataRequest,
): Promise<Found<Directory>> {
  const tries = data === undefined ? sources.map((source) => () => dataOf(context, { source })) : [async () => data];
  const others: Found<Directory>[] = [];
  for (const take of tries) {
    const found = await tried(site, context, run, take, data === undefined ? "the project's folder" : "--data");
    if (found.had.isSame === true) return found;
    others.push(found);
  }
  const none: Found<Directory> = { value: undefined, had: { input: "data", isSame: false, text: LACKING } };
  return others.find(({ value }) => value !== undefined) ?? others[0] ?? none;
}

const LACKING = "cannot be had: give the folder that the run had as --data=DIR";

async function tried(
  site: Site,
  context: Context,
  run: RecordedRun,
  take: () => Promise<Directory>,
  where: string,
): Promise<Found<Directory>> {
  const had = (isSame: boolean | undefined, text: string): Had => ({ input: "data", isSame, text });
  try {
    const data = await take();
    const wanted = run.hashes.data;
    if (wanted === undefined) return { value: data, had: had(undefined, `${where}: the report notes no hash`) };
    const ready = await madeReady(site, context, data);
    if (typeof ready === "string") return { value: data, had: had(false, `${where}, not made ready: ${ready}`) };
    const { data: hash } = await fingerprint(context, { data: ready.data });
    if (hash.sha256 === wanted) return { value: data, had: had(true, `${where}, which is what the run had`) };
    const clauses = dataDifferences(wanted, hash.sha256, run, { files: listed([hash]), settings: {} });
    const text = `${where}, which is not what the run had: ${some(clauses)}; --data=DIR gives the folder that it had`;
    return { value: data, had: had(false, text) };
  } catch (error) {
    if (isEngineFault(error)) throw error;
    const reason = oneLine(messageOf(error).split("\nSee docs/")[0] ?? "");
    return { value: undefined, had: had(false, `${reason} ${LACKING}`) };
  }
}

/** The data as the stages of the run had them, or why they cannot be made so. */
async function madeReady(site: Site, context: Context, data: Directory): Promise<StageData | string> {
  const inputs: RunInputs = { context, data, tracked: await isTracked({ ...context, data }), dvc: site.dvc };
  const ready = await runStages(Object.values(READY_DATA), inputs);
  const latest = latestData(ready, inputs);
  return latest ?? ready.stages.flatMap(({ status, message }) => (status === "failed" ? [message] : [])).join("; ");
}

/** A model by its hash: the one that is given, or else the one in the model store. */
export async function foundModel(
  site: Site,
  context: Context,
  wanted: string | undefined,
  {
    input,
    given,
    flag,
  }: { readonly input: Had["input"]; readonly given: Directory | undefined; readonly flag: string },
): Promise<Found<Directory>> {
  if (given !== undefined) {
    const { model } = await fingerprint(context, { model: modelFiles(given) });
    const isSame = wanted === undefined ? undefined : model.sha256 === wanted;
    const text =
      isSame === true
        ? `that of ${flag}, which is what the run had`
        : `that of ${flag}${isSame === false ? ", which is another one" : ""}`;
    return { value: given, had: { input, isSame, text } };
  }
  const lacking = (why: string): Found<Directory> => ({ value: undefined, had: { input, isSame: false, text: why } });
  if (wanted === undefined) return lacking(`the report notes no hash: give it as ${flag}=DIR`);
  const isStored =
    site.store.address !== undefined || site.store.folder !== undefined || context.config.store.url !== undefined;
  if (!isStored) return lacking(`${wanted} cannot be had: give it as ${flag}=DIR, or name the model store`);
  try {
    const { model } = await readVersion(storeIn(site, context), wanted);
    return { value: model, had: { input, isSame: true, text: "from the model store, by its hash" } };
  } catch (error) {
    if (isEngineFault(error)) throw error;
    const reason = oneLine(messageOf(error).split("\nSee docs/")[0] ?? "");
    return lacking(`not from the model store (${reason}): give it as ${flag}=DIR`);
  }
}

/** The image in production, by the digest that the run noted. */
export function foundImage({ registry }: Site, name: string): Found<Container> {
  const had = (isSame: boolean, text: string): Had => ({ input: "image in production", isSame, text });
  if (!name.includes("@sha256:")) {
    return {
      value: undefined,
      had: had(false, `cannot be had: the run had ${name}, of which nobody knows the digest`),
    };
  }
  const container = registry.username === undefined ? dag.container() : containerFor(registry, name, "--production");
  return { value: container.from(name), had: had(true, name) };
}

/** Whether some stages read data. */
export const readsData = (run: RecordedRun, stages: readonly PipelineStage[]): boolean =>
  run.stages.some(({ name, key }) => stages.some((one) => one.name === name) && key?.parts.data !== undefined);
