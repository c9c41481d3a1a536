import { stripVTControlCharacters } from "node:util";
import { run } from "./process.ts";

export interface DaggerRun {
  readonly seconds: number;
  /** The commands of the pipeline that ran in containers and were not answered from a cache. */
  readonly executed: readonly string[];
}

/** Says whether there is a `dagger` program and an engine that answers it. */
export async function daggerAnswers(): Promise<boolean> {
  try {
    await run(["dagger", "core", "version"], { timeoutSeconds: 120 });
    return true;
  } catch {
    return false;
  }
}

/** Runs `dagger call` for a module. */
export async function daggerCall(module: string, words: readonly string[]): Promise<DaggerRun> {
  const env = { DAGGER_PROGRESS: undefined };
  const command = ["dagger", "--progress=plain", "call", "-m", module, ...words];
  const { seconds, stderr } = await run(command, { env, timeoutSeconds: 900 });
  return { seconds, executed: executedCommands(stripVTControlCharacters(stderr)) };
}

/**
 * Reads plain progress. `12  : withExec COMMAND` names operation 12; `12  : Container.withExec DONE [1.2s]` says that
 * it ran, and CACHED that it did not. A line may come more than once.
 */
function executedCommands(progress: string): string[] {
  const names = new Map<string, string>();
  const ran = new Set<string>();
  for (const line of progress.split("\n")) {
    const [, number = "", text = ""] = /^(\d+)\s*:[\s┆]*(.*)$/.exec(line) ?? [];
    if (text.startsWith("withExec ")) names.set(number, text.slice("withExec ".length));
    if (/^Container\.withExec (DONE|ERROR) /.test(text)) ran.add(number);
  }
  return [...ran].map((number) => names.get(number) ?? "withExec");
}
