import { stripVTControlCharacters } from "node:util";
import { run } from "./process.ts";

export interface DaggerRun {
  readonly seconds: number;
  /** Commands of the pipeline that ran in containers, not answered from a cache. */
  readonly executed: readonly string[];
}

/** Whether there is a `dagger` program and an engine answers it. */
export async function daggerAnswers(): Promise<boolean> {
  try {
    await run(["dagger", "core", "version"], { timeoutSeconds: 120 });
    return true;
  } catch {
    return false;
  }
}

/** `dagger call` of a module, as typed. */
export async function daggerCall(module: string, words: readonly string[]): Promise<DaggerRun> {
  const env = { DAGGER_PROGRESS: undefined };
  const command = ["dagger", "--progress=plain", "call", "-m", module, ...words];
  const { seconds, stderr } = await run(command, { env, timeoutSeconds: 900 });
  return { seconds, executed: executedCommands(stripVTControlCharacters(stderr)) };
}

/** Reads the plain progress: `12  : withExec COMMAND`, later `12  : withExec COMMAND DONE [1.2s]` or `… CACHED [0.0s]`. */
export function executedCommands(progress: string): string[] {
  return [...progress.matchAll(/^\d+\s*:[\s┆│]*(?:\w+\.)*withExec\b(.*) (?:DONE|ERROR) \[/gm)].map(([, text = ""]) =>
    text.trim(),
  );
}
