import { watchEngine } from "./memory.ts";
import { program } from "./paths.ts";
import { type Finished, run } from "./process.ts";

export interface PipelineRun extends Finished {
  /** Of the local engine's own process; 0 when the call was answered without one. */
  readonly peakBytes: number;
  /** Commands that ran in containers: not those that the cache answered. */
  readonly ran: readonly Ran[];
}

export interface Ran {
  /** As the screen names it: `test unit`. */
  readonly stage: string;
  /** The beginning of the command. */
  readonly command: string;
}

interface PipelineCall {
  readonly source: string;
  readonly data: string;
  /** `$XDG_CACHE_HOME`. */
  readonly cache: string;
}

/** `ml-pipeline full-pipeline` on the local engine: the whole process, as typed. */
export async function runPipeline({ source, data, cache }: PipelineCall): Promise<PipelineRun> {
  let engine: ReturnType<typeof watchEngine> | undefined;
  const finished = await run(
    [program, "--engine=local", "--progress=plain", "full-pipeline", `--source=${source}`, `--data=${data}`],
    {
      env: { XDG_CACHE_HOME: cache },
      started: (child) => {
        engine = watchEngine(child.pid ?? 0);
      },
    },
  ).finally(() => engine?.stop());
  return { ...finished, peakBytes: engine?.peakBytes() ?? 0, ran: commandsThatRan(finished.stderr) };
}

/** Reads the plain screen: `[stage] $ withExec COMMAND` begins one, `[stage] cached: withExec COMMAND` takes it back. */
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

/** How long each stage of a run took, as its screen says. */
export function stageTimes(screen: string): string[] {
  return [
    ...screen.matchAll(/^\[([^\]$]+)\] done in (\S+?)(?: \(cached\))?: (?!withExec|resolve|asTarball|service)/gm),
  ].map(([, stage = "", time = ""]) => `${stage} ${time}`);
}
