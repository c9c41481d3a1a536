import { readdir } from "node:fs/promises";
import { ExecFailure } from "../../base/errors.ts";
import { keyOf } from "../../base/hash.ts";
import { thisMaking } from "../../store/layers.ts";
import type { DraftLayer, LayerId, RecordOrigin, Snapshot } from "../../store/types.ts";
import { type Activity, titleOf } from "../activities.ts";
import type { Session } from "../session.ts";
import type { Container } from "../values/container.ts";
import { isOutcome, type Outcome } from "../values/outcome.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { Printed } from "./printed.ts";
import { type Drafts, discardDrafts, openDrafts, processSpec } from "./process.ts";
import { Redirects, standardInput } from "./redirects.ts";
import { holdVolumes } from "./volumes.ts";

export interface Command {
  readonly args: readonly string[];
  readonly stdin: string;
  /** Absolute paths in the container, or empty text. */
  readonly redirectStdin: string;
  readonly redirectStdout: string;
  readonly redirectStderr: string;
  readonly expect: "SUCCESS" | "FAILURE" | "ANY";
}

/**
 * Runs a command, or gives the outcome of an earlier run on the same inputs.
 * | @throws ExecFailure when the command ends otherwise than expected; that is never kept
 */
export async function execute(session: Session, container: Container, command: Command): Promise<Outcome> {
  const prepared = await prepare(session, container);
  const key = keyOf("exec", { ...command, inputs: prepared.identity });
  const title = titleOf("withExec", command.args);
  const about = { private: usesSecrets(container) };
  return session.inFlight.once(key, async () => {
    const known = await session.store.record("exec", key, isOutcome, about);
    if (known !== undefined) {
      return session.activities.run(title, async (activity) => {
        activity.cached();
        return known;
      });
    }
    const volumes = await holdVolumes(session, container);
    try {
      // The time that a command waits for its turn is not shown as its run time.
      return await session.services.bound(container.services, (hosts) =>
        session.slots.use(() =>
          session.activities.run(title, (activity) =>
            carryOut(session, prepared, command, { key, about, hosts, volumes: volumes.paths }, activity),
          ),
        ),
      );
    } finally {
      await volumes.release();
    }
  });
}

/** Keys of secrets are those of one machine, so no other would find the outcome. */
const usesSecrets = ({ secretVariables, mounts }: Container): boolean =>
  secretVariables.length > 0 || mounts.some(({ kind }) => kind === "secret");

interface Circumstances {
  readonly key: string;
  /** Whether the command has secrets. */
  readonly about: Pick<RecordOrigin, "private">;
  /** The addresses of the bound services, by name. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The folders of the cache volumes, by target. */
  readonly volumes: ReadonlyMap<string, string>;
}

async function carryOut(
  session: Session,
  prepared: Prepared,
  command: Command,
  { key, about, hosts, volumes }: Circumstances,
  activity: Activity,
): Promise<Outcome> {
  const drafts = await openDrafts(session, prepared);
  try {
    const spec = await processSpec(session, prepared, drafts, volumes, command.args);
    const stdin = await standardInput(session, prepared.container, command);
    const redirects = await Redirects.open(session, command);
    const scrubbers = { stdout: session.secrets.scrubber(), stderr: session.secrets.scrubber() };
    const printed = new Printed();
    const keep = (stream: "stdout" | "stderr", chunk: Buffer) => {
      if (chunk.length === 0) return;
      printed.add(stream, chunk);
      redirects.add(stream, chunk);
      activity.output(stream, chunk);
    };
    const { exitCode } = await session.sandbox.run({
      ...spec,
      ...(stdin !== "" && { stdin }),
      ...(Object.keys(hosts).length > 0 && { hosts }),
      onOutput: (stream, chunk) => keep(stream, scrubbers[stream].push(chunk)),
    });
    keep("stdout", scrubbers.stdout.end());
    keep("stderr", scrubbers.stderr.end());
    const texts = printed.texts();
    if (!isExpected(exitCode, command.expect)) {
      throw new ExecFailure({ cmd: command.args.map((arg) => session.secrets.scrub(arg)), exitCode, ...texts });
    }
    await redirects.finish(session, prepared, drafts, volumes);
    const outcome = { exitCode, ...texts, ...(await commit(prepared, drafts, key, about)) };
    await session.store.putRecord<Outcome>("exec", key, outcome, about);
    return outcome;
  } catch (error) {
    await discardDrafts(drafts);
    throw error;
  }
}

/**
 * Says whether an exit code is expected. The Dagger engine takes some codes for a signal or a failure to start, which
 * no caller expects.
 */
function isExpected(exitCode: number, expect: Command["expect"]): boolean {
  const ordinary = exitCode <= 127 || exitCode >= 192;
  if (expect === "SUCCESS") return exitCode === 0;
  return ordinary && (expect === "ANY" || exitCode !== 0);
}

async function commit(
  prepared: Prepared,
  drafts: Drafts,
  key: string,
  about: Circumstances["about"],
): Promise<Pick<Outcome, "root" | "written">> {
  const rootLayer = await commitDraft(drafts.root, keyOf("exec-root", key), about);
  const written: Record<string, Snapshot> = {};
  for (const item of prepared.mounts) {
    if (item.kind !== "directory") continue;
    const { target } = item.mount;
    const draft = drafts.mounts.get(target);
    const layer = draft && (await commitDraft(draft, keyOf("exec-mount", { key, target }), about));
    written[target] = { layers: layer === undefined ? item.written : [...item.written, layer] };
  }
  return {
    root: { layers: rootLayer === undefined ? prepared.root.layers : [...prepared.root.layers, rootLayer] },
    written,
  };
}

/** Commits a draft unless it is empty, so that what follows a command without effect does not depend on it. */
async function commitDraft(
  draft: DraftLayer,
  id: LayerId,
  about: Circumstances["about"],
): Promise<LayerId | undefined> {
  if ((await readdir(draft.upper)).length > 0) return draft.commit(id, thisMaking(), about);
  await draft.discard();
  return undefined;
}
