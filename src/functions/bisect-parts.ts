import { asksForOthers, type KnownPaths, partsOf } from "../bisect/parts.ts";
import type { History } from "../bisect/repository.ts";
import type { Fall, TriedPart } from "../bisect/words.ts";
import type { Context } from "../context/context.ts";
import { inRepository } from "../project/repository.ts";
import { hashedDependencies } from "../stages/dependency-hash.ts";
import { lastOf, type Trials } from "./bisect-trials.ts";

/** Finds out which part of a commit makes the model worse. */
export async function fallOf(trials: Trials, history: History, fall: Omit<Fall, "parts">): Promise<Fall> {
  const { before, suspects } = fall;
  const after = lastOf(suspects);
  const [ours, theirs] = await Promise.all([trials.contextOf(before), trials.contextOf(after)]);
  const changed = await history.changed(before.commit, after.commit);
  const parts = partsOf(changed, await knownPaths(ours, theirs));
  const found: TriedPart[] = [];
  for (const { part, paths } of parts) {
    const outcome = parts.length === 1 ? undefined : await trials.partAgainst(after, paths, before);
    found.push({ part, paths, ...(outcome === undefined ? {} : { outcome }) });
  }
  return { ...fall, parts: found };
}

async function knownPaths(before: Context, after: Context): Promise<KnownPaths> {
  const [dependencies, code] = await Promise.all([
    pathsOf(dependencyFiles, before, after),
    pathsOf(codeFiles, before, after),
  ]);
  const { repository, dataFolder } = after.project;
  return {
    ...{ root: repository.root, dataFolder, dependencies, code },
    asksForOthers: asksForOthers(before.project.files.pyproject, after.project.files.pyproject),
  };
}

async function pathsOf(
  find: (context: Context) => Promise<readonly string[]>,
  ...contexts: readonly Context[]
): Promise<ReadonlySet<string>> {
  const all = await Promise.all(
    contexts.map(async (context) => {
      const paths = await find(context);
      return paths.flatMap((path) => [path, inRepository(context.project.repository, path)]);
    }),
  );
  return new Set(all.flat());
}

const dependencyFiles = async (context: Context): Promise<readonly string[]> =>
  Object.keys((await hashedDependencies(context)).files ?? {});

const codeFiles = ({ project }: Context): Promise<readonly string[]> => project.app.glob("**");
