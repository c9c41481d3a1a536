import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./process.ts";
import { median, repeat } from "./statistics.ts";
import type { Workspace } from "./workspace.ts";

const TIMES = 5;

/**
 * Measures the seconds that `buildah run -- true` and the commit of its layer take, in storage of its own. Undefined
 * when buildah is missing or cannot run.
 */
export async function buildahExec(workspace: Workspace, archive: string): Promise<number | undefined> {
  if (!(process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, "buildah"))))
    return undefined;
  const folder = await workspace.empty("buildah");
  const buildah = (...args: string[]) =>
    run([
      "buildah",
      "--root",
      join(folder, "root"),
      "--runroot",
      join(folder, "run"),
      "--storage-driver",
      "overlay",
      ...args,
    ]);
  try {
    const { stdout } = await buildah("from", `docker-archive:${archive}`);
    const container = stdout.trim();
    const times = await repeat(TIMES, async () => {
      const ran = await buildah("run", "--isolation", "chroot", container, "--", "true");
      const committed = await buildah("commit", "--quiet", container, "bench");
      return ran.seconds + committed.seconds;
    });
    await buildah("rm", "--all");
    return median(times);
  } catch (error) {
    workspace.notes.push(`buildah cannot be compared with here: ${String(error).split("\n").at(-1)}`);
    return undefined;
  } finally {
    await workspace.remove("buildah");
  }
}
