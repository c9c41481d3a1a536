import { join } from "node:path";
import { repository } from "./paths.ts";
import { type RunOptions, run } from "./process.ts";
import { hostPython } from "./python.ts";

export interface Measured {
  readonly seconds: number;
  readonly stdout: string;
  /** The memory of its largest process in 10⁶ bytes. Processes that it waited for count. */
  readonly megabytes: number;
}

/** Measures the time of a program and the memory of its largest process. */
export async function measured(command: readonly string[], options: RunOptions = {}): Promise<Measured> {
  const { path } = await hostPython();
  const finished = await run([path, join(repository, "bench/scripts/measured.py"), ...command], {
    ...options,
    // These settings choose code for old processors, which would slow down the peers' arithmetic.
    env: { OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined, ...options.env },
  });
  const [stdout, kilobytes] = JSON.parse(finished.stdout) as [string, number];
  return { seconds: finished.seconds, stdout, megabytes: (kilobytes * 1024) / 1e6 };
}
