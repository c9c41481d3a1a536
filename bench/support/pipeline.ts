import { watchEngine } from "./memory.ts";
import { program } from "./paths.ts";
import { type Finished, run } from "./process.ts";

export interface PipelineRun extends Finished {
  /** The memory of the local engine's process; 0 when the call was answered without it. */
  readonly peakBytes: number;
  /** The commands that ran in containers and were not answered from the cache. */
  readonly ran: readonly Ran[];
}

export interface Ran {
  /** The name on the screen, such as `test unit`. */
  readonly stage: string;
  /** The beginning of the command. */
  readonly command: string;
}

interface PipelineCall {
  readonly source: string;
  readonly data: string;
  /** `$XDG_CACHE_HOME`. */
  readonly cache: string;
  /** The cache that machines share, as `--cache` takes it, and the variables with its keys. */
  readonly shared?: { readonly place: string; readonly keys: Readonly<Record<string, string>> };
}

/** Runs `ml-pipeline full-pipeline` on the local engine as a process of its own. */
export async function runPipeline({ source, data, cache, shared }: PipelineCall): Promise<PipelineRun> {
  let engine: ReturnType<typeof watchEngine> | undefined;
  const flags = ["--engine=local", "--progress=plain", ...(shared ? [`--cache=${shared.place}`] : [])];
  const finished = await run([program, ...flags, "full-pipeline", `--source=${source}`, `--data=${data}`], {
    env: { XDG_CACHE_HOME: cache, ...shared?.keys },
    started: (child) => {
      engine = watchEngine(child.pid ?? 0);
    },
  }).finally(() => engine?.stop());
  return { ...finished, peakBytes: engine?.peakBytes() ?? 0, ran: commandsThatRan(finished.stderr) };
}

/**
 * Reads the plain screen. `[stage] $ withExec COMMAND` begins a command, and `[stage] cached: withExec COMMAND` says
 * that it did not run.
 */
function commandsThatRan(screen: string): Ran[] {
  const ran: Ran[] = [];
  for (const line of screen.split("\n")) {
    const [, stage = "", cached, command = ""] = /^\[([^\]]+)\] (?:\$|(cached:)) withExec (.*)$/.exec(line) ?? [];
    if (command === "") continue;
    if (cached === undefined) ran.push({ stage, command });
    else {
      const begun = ran.findIndex((one) => one.stage === stage && one.command === command);
      if (begun >= 0) ran.splice(begun, 1);
    }
  }
  return ran;
}

/** Reads from the screen how long each stage of a run took. */
export function stageTimes(screen: string): string[] {
  return [
    ...screen.matchAll(/^\[([^\]$]+)\] done in (\S+?)(?: \(cached\))?: (?!withExec|resolve|asTarball|service)/gm),
  ].map(([, stage = "", time = ""]) => `${stage} ${time}`);
}
