import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EngineError } from "../../base/errors.ts";
import type { Session } from "../session.ts";
import type { Container } from "../values/container.ts";
import { prepare } from "./prepare.ts";
import { discardDrafts, openDrafts, processSpec } from "./process.ts";
import { holdVolumes } from "./volumes.ts";

const ownTerminal = join(import.meta.dirname, "../../sandbox/terminal.py");

/** What a shell is started by where there is Python: it gives the program a terminal of its own, so that Ctrl-C reaches it. */
const starter = 'if command -v python3 >/dev/null; then exec python3 -c "$TERMINAL_PROGRAM" "$@"; else exec "$@"; fi';

/**
 * Opens a program in a container on the terminal of the caller, and waits for its end. What it writes is thrown away with it.
 * | @throws EngineError where the caller has no terminal
 */
export async function openTerminal(session: Session, container: Container, args: readonly string[]): Promise<void> {
  const { terminal } = session.caller;
  if (terminal === undefined) {
    throw new EngineError("terminal opens a program where a person can type, and this was not called from a terminal");
  }
  const prepared = await prepare(session, container);
  const volumes = await holdVolumes(session, container);
  const drafts = await openDrafts(session, prepared);
  try {
    const program = readFileSync(ownTerminal, "utf8");
    const spec = await processSpec(session, prepared, drafts, volumes.paths, ["sh", "-c", starter, "sh", ...args]);
    const env = { TERM: session.caller.env.TERM ?? "xterm", ...spec.env, TERMINAL_PROGRAM: program };
    await session.services.bound(container.services, (hosts) =>
      session.sandbox.run({ ...spec, env, terminal, ...(Object.keys(hosts).length > 0 && { hosts }) }),
    );
  } finally {
    await discardDrafts(drafts);
    await volumes.release();
  }
}
