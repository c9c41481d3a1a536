import { realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { EngineError } from "../../../base/errors.ts";
import { hostPath } from "../../../engine/caller.ts";
import { type Changes, type Changeset, changesOf, overtaken } from "../../../engine/values/changeset.ts";
import { text } from "../arguments.ts";
import { reads } from "../define.ts";

export const exportChangeset = reads("Changeset", "String!", "export", {
  doc: "Makes the changes in a directory of the host, and gives its path. In the one that they are of, nothing that was changed since is written over.",
  args: { path: text("Absolute, or relative to the caller's working directory.") },
  read: async (changeset, { path }, session) => {
    const target = hostPath(session.caller, path);
    const changes = await changesOf(changeset);
    await session.activities.run(`export ${path}`, async () => {
      await requireAsRead(changeset, changes, target);
      await session.store.exportTree(changes.layer, target);
      for (const gone of changes.removed) await rm(join(target, gone), { recursive: true, force: true });
    });
    return target;
  },
});

/** | @throws EngineError when somebody has changed a file that the changes are about since it was read */
async function requireAsRead({ before }: Changeset, changes: Changes, target: string): Promise<void> {
  const { host } = before;
  if (host === undefined || realpathSync(host.path) !== realpath(target)) return;
  const lost = overtaken(changes, await before.tree.get(), await host.read());
  if (lost.length === 0) return;
  throw new EngineError(
    `${lost.join(", ")} in ${target}: changed by somebody else since it was read, so nothing was written. Make the call again.`,
  );
}

/** Undefined for a path that there is not yet. */
function realpath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
