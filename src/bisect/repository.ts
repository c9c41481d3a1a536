import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { NOT_READ } from "../project/not-source.ts";

/* A git repository, read in a container: the host need not have git, and nothing that the repository configures is run. */

const GIT = "/git";
const FILES = "/tree";
const ANSWER = `${RESULTS}/history.json`;

export const commitSchema = z.object({
  commit: z.string(),
  parents: z.array(z.string()),
  /** Seconds since 1970. */
  time: z.number(),
  author: z.string(),
  subject: z.string(),
});

export type Commit = z.output<typeof commitSchema>;

const resolvedSchema = z.object({ commits: z.array(commitSchema.nullable()) });
const betweenSchema = z.object({
  path: z.array(commitSchema),
  isAncestor: z.boolean(),
  common: z.string().nullable(),
  isShallow: z.boolean(),
});
const changedSchema = z.object({ changed: z.array(z.string()) });

/** The commits that lead from one to another, the oldest first, without the first one. */
export type Between = z.output<typeof betweenSchema>;

/** A repository with its history. */
export interface History {
  /** The commits that names stand for: branches, tags, commits; undefined for a name of none. */
  resolve(names: readonly string[]): Promise<(Commit | undefined)[]>;
  between(first: string, last: string): Promise<Between>;
  /** Paths of files that differ. */
  changed(first: string, last: string): Promise<readonly string[]>;
  /** The files of a commit. */
  files(commit: string): Promise<Directory>;
}

/** @throws UserError for a folder that has no history */
export async function historyOf(runtime: Runtime, source: Directory): Promise<History> {
  const entries = (await source.entries()).map((name) => name.replace(/\/$/, ""));
  if (!entries.includes(".git")) {
    throw new UserError("The source has no .git: give the checkout of the project's repository as --source.", "why");
  }
  if (!(await source.exists(".git/HEAD"))) {
    throw new UserError(
      "The .git of the source is a file that names another folder, as in a worktree or a submodule: give the checkout of the repository itself as --source.",
      "why",
    );
  }
  const git = source.directory(".git");
  const ask = async (spec: object, folders: readonly string[] = []) => {
    const container = withProgram(pythonBase(runtime), "read_history.py").withMountedDirectory(GIT, git);
    const args = ["python3", programPath("read_history.py"), GIT, JSON.stringify(spec), ANSWER];
    const run = await runCommands(container, [{ name: "history", args, purpose: "read the history" }], {
      ...{ since: runtime.since, limits: runtime.limits, folders },
    });
    if (run.ok) return run.container;
    const reason = run.commands.map(({ tail }) => tail.trim().split("\n").at(-1)).join("; ");
    throw new UserError(`The repository of --source cannot be read: ${reason}`, "why");
  };
  const answer = async <T>(schema: z.ZodType<T>, spec: object): Promise<T> =>
    parseJson(await (await ask(spec)).file(ANSWER).contents(), schema, "history.json");
  return {
    resolve: async (names) => {
      const { commits } = await answer(resolvedSchema, { operation: "resolve", names });
      return commits.map((commit) => commit ?? undefined);
    },
    between: (first, last) => answer(betweenSchema, { operation: "between", first, last }),
    changed: async (first, last) => (await answer(changedSchema, { operation: "changed", first, last })).changed,
    files: async (commit) => (await ask({ operation: "write", commit, folder: FILES }, [FILES])).directory(FILES),
  };
}

/** A checkout of git has what the upload of a folder leaves out. */
export const readable = (checkout: Directory): Directory => checkout.filter({ exclude: [...NOT_READ] });
