import type { Directory } from "@dagger.io/dagger";
import type { FolderHash } from "../containers/commands.ts";
import { forOwnPrograms } from "../containers/images.ts";
import { installedFiles } from "../containers/own-package.ts";
import type { Context } from "../context/context.ts";
import { canonicalJson } from "../json.ts";
import { flatSettings, type KeyInputs, type KeyParts, SETTINGS, type StageKey } from "../keys/parts.ts";
import { lookup } from "../lookup.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { sha256 } from "../model/manifest.ts";
import type { AnyStage, Installation, RunInputs, StageInputs } from "./definition.ts";
import { hashedDependencies, listed } from "./dependency-hash.ts";
import type { StageReport } from "./stage.ts";

/** The keys of stages, and what they were made of. */
export interface StageKeys {
  /** By the names of the stages: of those that have something to do, in their order. */
  readonly keys: Readonly<Record<string, StageKey>>;
  readonly inputs: KeyInputs;
}

/** Hashes what each of some stages depends on. Nothing of the project runs. */
export async function stageKeys(stages: readonly AnyStage[], inputs: RunInputs): Promise<StageKeys> {
  const planned = stages.filter((stage) => (stage.when?.(inputs) ?? true) && !isOff(stage, inputs.context));
  const found = await Promise.all(planned.map(async (stage) => ({ stage, takes: await stage.depends?.(inputs) })));
  const active = found.flatMap(({ stage, takes }) =>
    takes === undefined ? [] : [{ stage, takes: withPackage(takes, inputs.context) }],
  );
  const hashes = await hashFolders(
    inputs.context,
    active.flatMap(({ takes: { folders = {} } }) => Object.entries(folders)),
  );
  const installed = await installations(
    inputs.context,
    active.flatMap(({ takes: { installs } }) => (installs === undefined ? [] : [installs])),
  );
  const settings: Record<string, KeyInputs["settings"][string]> = {};
  const keys: Record<string, StageKey> = {};
  for (const { stage, takes } of active) {
    const flat = flatSettings(takes.settings ?? {});
    const settingsHash = sha256(canonicalJson(flat));
    if (Object.keys(flat).length > 0) settings[settingsHash] = flat;
    const parts: KeyParts = {
      ...Object.fromEntries(
        Object.entries(takes.folders ?? {}).map(([name, folder]) => [
          name,
          hashes.get(sameFolder(name, folder))?.sha256 ?? "",
        ]),
      ),
      ...(takes.installs === undefined ? {} : { dependencies: installed.get(takes.installs)?.hash ?? "" }),
      ...takes.texts,
      ...(takes.command === undefined ? {} : { command: sha256(canonicalJson(takes.command)) }),
      ...(Object.keys(flat).length === 0 ? {} : { [SETTINGS]: settingsHash }),
      ...keysBefore(stage, takes, keys),
    };
    keys[stage.name] = { hash: sha256(canonicalJson({ version: 1, parts })), parts };
  }
  const ofPackages = [...installed.values()].map(({ hash, files }) => ({ sha256: hash, paths: files }));
  return { keys, inputs: { files: listed([...hashes.values(), ...ofPackages]), settings } };
}

/**
 * The same for a run, which nothing that is only told of it may end: none where they cannot be made.
 */
export const stageKeysIfAny = (stages: readonly AnyStage[], inputs: RunInputs): Promise<StageKeys | undefined> =>
  stageKeys(stages, inputs).catch(() => undefined);

/** Reports of stages with their keys; one that was skipped depended on nothing. */
export const withKeys = (reports: readonly StageReport[], found: StageKeys | undefined): StageReport[] =>
  reports.map((report) => {
    const key = report.status === "skipped" ? undefined : lookup(found?.keys ?? {}, report.name);
    return key === undefined ? report : { ...report, key };
  });

const isOff = ({ name }: AnyStage, { config }: Context): boolean => config.stages.off.some((one) => one === name);

/** A project that is installed as a package has the files that say so in every environment. */
function withPackage(takes: StageInputs, { project }: Context): StageInputs {
  const files = takes.installs === undefined ? undefined : installedFiles(project);
  return files === undefined ? takes : { ...takes, folders: { ...takes.folders, package: files } };
}

/** The keys of the stages whose values a stage takes, which come before it in the list. */
const keysBefore = (
  { needs }: AnyStage,
  { from = [] }: StageInputs,
  keys: Readonly<Record<string, StageKey>>,
): KeyParts =>
  Object.fromEntries(
    from.flatMap((name) => {
      const before = needs[name]?.name ?? "";
      const key = keys[before];
      return key === undefined ? [] : [[before, key.hash]];
    }),
  );

/** Parts that are large, change apart from all else, and are the same for all stages. */
const LARGE: readonly string[] = ["data", "baseline", "model"];

/** What tells folders apart that are hashed. */
const sameFolder = (part: string, folder: Directory): Directory | string => (LARGE.includes(part) ? part : folder);

/** Hashes folders in as few steps as can be. */
async function hashFolders(
  context: Context,
  folders: readonly (readonly [string, Directory])[],
): Promise<ReadonlyMap<Directory | string, FolderHash>> {
  const runtime = forOwnPrograms(context);
  const all = new Map(folders.map(([part, folder]) => [sameFolder(part, folder), folder]));
  const ids = [...all.keys()];
  const groups = [
    ids.filter((id) => typeof id !== "string"),
    ...ids.filter((id) => typeof id === "string").map((id) => [id]),
  ];
  const hashed = await Promise.all(
    groups.map(async (group) => {
      const named = group.flatMap((id, index): [string, Directory][] => {
        const folder = all.get(id);
        return folder === undefined ? [] : [[`f${index}`, folder]];
      });
      const hashes: Readonly<Record<string, FolderHash>> =
        named.length === 0 ? {} : await fingerprint(runtime, Object.fromEntries(named));
      return group.flatMap((id, index): [Directory | string, FolderHash][] => {
        const hash = hashes[`f${index}`];
        return hash === undefined ? [] : [[id, hash]];
      });
    }),
  );
  return new Map(hashed.flat());
}

type Installed = Awaited<ReturnType<typeof hashedDependencies>>;

async function installations(
  context: Context,
  wanted: readonly Installation[],
): Promise<ReadonlyMap<Installation, Installed>> {
  const runtime = forOwnPrograms(context);
  const hashes = [...new Set(wanted)].map(
    async (one): Promise<[Installation, Installed]> => [one, await hashedDependencies(runtime, one)],
  );
  return new Map(await Promise.all(hashes));
}
