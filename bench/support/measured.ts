import { join } from "node:path";
import { repository } from "./paths.ts";
import { type RunOptions, run } from "./process.ts";
import { hostPython } from "./python.ts";

export interface Measured {
  readonly seconds: number;
  readonly stdout: string;
  /** Of its largest process, itself or one that it waited for, in 10⁶ bytes. */
  readonly megabytes: number;
}

/** A program's time and the memory of its largest process. */
export async function measured(command: readonly string[], options: RunOptions = {}): Promise<Measured> {
  const { path } = await hostPython();
  const finished = await run([path, join(repository, "bench/scripts/measured.py"), ...command], {
    ...options,
    // Settings for old processors would slow the peers' arithmetic.
    env: { OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined, ...options.env },
  });
  const [stdout, kilobytes] = JSON.parse(finished.stdout) as [string, number];
  return { seconds: finished.seconds, stdout, megabytes: (kilobytes * 1024) / 1e6 };
}
