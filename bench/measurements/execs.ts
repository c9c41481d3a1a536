import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Measurement } from "../measurement.ts";
import { buildahExec } from "../support/buildah.ts";
import { cacheWithImage } from "../support/cache.ts";
import { program, repository } from "../support/paths.ts";
import { run } from "../support/process.ts";
import { median, repeat } from "../support/statistics.ts";
import { faster, seconds } from "../support/table.ts";

const TIMES = 3;
const EACH = 0.35;
const SLEEPS = 2.6;

interface Measured {
  readonly each: number;
  readonly sleeps: number;
}

/** Commands through `session` and the published SDK, as any script would run them. */
export const execs: Measurement = {
  summary: "twenty commands in a row, beside buildah; four that sleep two seconds, side by side",
  async measure(workspace) {
    const cache = await cacheWithImage(workspace, "execs");
    const archive = join(workspace.folder, "image.tar");
    const script = join(repository, "bench/scripts/execs.ts");
    const measure = async (...args: string[]): Promise<Measured> => {
      const env = { XDG_CACHE_HOME: cache };
      const { stdout } = await run([program, "session", "--", process.execPath, script, ...args], { env });
      return JSON.parse(stdout) as Measured;
    };
    await measure(archive);
    const measured = await repeat(TIMES, () => measure());
    const each = median(measured.map((one) => one.each));
    const sleeps = median(measured.map((one) => one.sleeps));
    const buildah = await buildahExec(workspace, archive);
    await rm(archive, { force: true });
    return [
      {
        what: "one of twenty withExec true in a row; beside buildah run and commit",
        ours: seconds(each),
        peer: buildah === undefined ? "no buildah here" : seconds(buildah),
        ratio: buildah === undefined ? "" : faster(each, buildah),
        limit: `≤ ${EACH} s`,
        within: each <= EACH,
      },
      {
        what: "four withExec sleep 2 side by side",
        ours: seconds(sleeps),
        peer: "",
        ratio: "",
        limit: `≤ ${SLEEPS} s`,
        within: sleeps <= SLEEPS,
      },
    ];
  },
};
