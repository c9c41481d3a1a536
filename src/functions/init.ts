import type { Changeset, Directory, Stat } from "@dagger.io/dagger";
import { adoption } from "../adopt/adopt.ts";
import { READER } from "../adopt/diagnose.ts";
import { GIT_IGNORE, withReports } from "../adopt/git-ignore.ts";
import { readFindings } from "../adopt/read.ts";
import { loadConfig } from "../context/load.ts";
import { configuredFolder } from "../project/commands/data-folders.ts";
import { readLayout } from "../project/project.ts";
import { inRepository } from "../project/repository.ts";
import { type CiCall, ciFiles } from "./ci.ts";
import type { Site } from "./site.ts";

/** A project that is to be adopted. */
export interface AdoptionRequest {
  readonly source: Directory;
  readonly data?: Directory | undefined;
  /** The column that is predicted, where a person said it. */
  readonly label?: string | undefined;
  /** The files of a CI system that it gets as well. */
  readonly ci?: Omit<CiCall, "source"> | undefined;
}

/** What a project needs to go through the pipeline as it is, as changes to its folder. */
export async function adoptProject(site: Site, { source, data, label, ci }: AdoptionRequest): Promise<Changeset> {
  const layout = await readLayout(source, site.root);
  const { files, repository } = layout;
  const runtime = { settings: site.settings, python: READER, since: Date.now() };
  const folder = configuredFolder(loadConfig(files));
  const findings = await readFindings(runtime, { source, layout, data, folder });
  const made = await Promise.all(
    [...adoption(files, findings, label)].map(async ([path, text]) => {
      const place = inRepository(repository, path);
      return { place, text, mode: layout.listing.has(path) ? { permissions: await modeOf(source, place) } : {} };
    }),
  );
  const proposed = made.reduce((folder, { place, text, mode }) => folder.withNewFile(place, text, mode), source);
  // A project that lacks nothing gets nothing.
  const adopted = made.length === 0 && ci === undefined ? proposed : await withoutReports(proposed);
  const changed = ci === undefined ? adopted : await withCiFiles(site, adopted, ci);
  return changed.changes(source);
}

/** Git leaves the folder of reports out, which is at the root of the repository. */
async function withoutReports(source: Directory): Promise<Directory> {
  const isThere = await source.exists(GIT_IGNORE);
  const text = withReports(isThere ? await source.file(GIT_IGNORE).contents() : undefined);
  if (text === undefined) return source;
  return source.withNewFile(GIT_IGNORE, text, isThere ? { permissions: await modeOf(source, GIT_IGNORE) } : {});
}

/** With the files of a CI system for what the project is then. One that is there is somebody's own, and stays. */
async function withCiFiles(site: Site, source: Directory, call: Omit<CiCall, "source">): Promise<Directory> {
  const files = await ciFiles(site, { ...call, source });
  const missing = await Promise.all(
    [...files].map(async ([path, text]) => ({ path, text, isThere: await source.exists(path) })),
  );
  return missing
    .filter(({ isThere }) => !isThere)
    .reduce((folder, { path, text }) => folder.withNewFile(path, text), source);
}

/** Who may read a file and change it is for its owner to say: an edit leaves that as it is. */
async function modeOf(source: Directory, path: string): Promise<number> {
  // Dagger 1.0 gives null where there is no such file.
  const stat: Stat | null = await source.stat(path);
  if (stat === null) throw new Error(`${path} was there, and is not any more`);
  return stat.permissions();
}
