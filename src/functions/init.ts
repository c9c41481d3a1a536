import type { Changeset, Directory } from "@dagger.io/dagger";
import { adoption } from "../adopt/adopt.ts";
import { READER } from "../adopt/diagnose.ts";
import { readFindings } from "../adopt/read.ts";
import { loadConfig } from "../context/load.ts";
import { configuredFolder } from "../project/commands/data-folders.ts";
import { readLayout } from "../project/project.ts";
import { inRepository } from "../project/repository.ts";
import type { Site } from "./site.ts";

/** A project that is to be adopted. */
export interface AdoptionRequest {
  readonly source: Directory;
  readonly data?: Directory | undefined;
  /** The column that is predicted, where a person said it. */
  readonly label?: string | undefined;
}

/** What a project needs to go through the pipeline as it is, as changes to its folder. */
export async function adoptProject(site: Site, { source, data, label }: AdoptionRequest): Promise<Changeset> {
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
  const changed = made.reduce((folder, { place, text, mode }) => folder.withNewFile(place, text, mode), source);
  return changed.changes(source);
}

/** Who may read a file and change it is for its owner to say: an edit leaves that as it is. */
const modeOf = (source: Directory, path: string): Promise<number> => source.stat(path).permissions();
