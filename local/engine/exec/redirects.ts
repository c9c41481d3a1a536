import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream, type WriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { finished, pipeline } from "node:stream/promises";
import { pathInRoot } from "../../sandbox/path-in-root.ts";
import type { DraftLayer } from "../../store/types.ts";
import { treeLayer } from "../layers.ts";
import { fileIn } from "../read.ts";
import type { Session } from "../session.ts";
import type { Container } from "../values/container.ts";
import { mountOver } from "../values/locate.ts";
import type { Prepared } from "./prepare.ts";
import type { Drafts } from "./process.ts";
import type { Command } from "./run.ts";

/** Gives the standard input of a command: a text, or the content of a file of its container. */
export async function standardInput(session: Session, container: Container, command: Command): Promise<string> {
  if (command.redirectStdin === "") return command.stdin;
  const { sha256, mode } = await fileIn(session, container, command.redirectStdin).blob.get();
  return readFile(session.store.blobPath(sha256, mode), "utf8");
}

/** Keeps the whole output of a command on disk until it is written into the container. */
export class Redirects {
  readonly #files = new Map<"stdout" | "stderr", { target: string; path: string; stream: WriteStream }>();

  static async open(session: Session, command: Command): Promise<Redirects> {
    const redirects = new Redirects();
    const targets = { stdout: command.redirectStdout, stderr: command.redirectStderr } as const;
    for (const name of ["stdout", "stderr"] as const) {
      if (targets[name] === "") continue;
      const path = join(await session.store.scratch(), `redirect-${randomUUID()}`);
      redirects.#files.set(name, { target: targets[name], path, stream: createWriteStream(path) });
    }
    return redirects;
  }

  add(stream: "stdout" | "stderr", chunk: Buffer): void {
    this.#files.get(stream)?.stream.write(chunk);
  }

  /** Puts the output where the command asked for it, as part of what the command changed. */
  async finish(
    session: Session,
    prepared: Prepared,
    drafts: Drafts,
    volumes: ReadonlyMap<string, string>,
  ): Promise<void> {
    for (const { target, path, stream } of this.#files.values()) {
      stream.end();
      await finished(stream);
      await write(session, prepared, drafts, volumes, target, path);
    }
  }
}

async function write(
  session: Session,
  prepared: Prepared,
  drafts: Drafts,
  volumes: ReadonlyMap<string, string>,
  target: string,
  source: string,
): Promise<void> {
  const copy = async (root: string, path: string) => {
    const to = pathInRoot(root, path);
    await mkdir(dirname(to), { recursive: true });
    await pipeline(createReadStream(source), createWriteStream(to));
  };
  const over = mountOver(prepared.container, target);
  // A volatile overlay leaves a mark in its work directory that it was not synced, and the kernel does not mount it
  // again until the mark is removed.
  const reopen = async (draft: DraftLayer) => {
    await rm(join(draft.work, "work"), { recursive: true, force: true });
    return draft;
  };
  if (over === undefined)
    return session.sandbox.withWritable(prepared.root, await reopen(drafts.root), (root) => copy(root, target));
  const { mount, path } = over;
  const volume = volumes.get(mount.target);
  if (volume !== undefined) return copy(volume, path);
  const item = prepared.mounts.find((candidate) => candidate.mount === mount);
  const draft = drafts.mounts.get(mount.target);
  if (item?.kind !== "directory" || draft === undefined) return;
  const base = await treeLayer(session, await item.mount.source.tree.get(), item.mount.owner, prepared.root);
  await session.sandbox.withWritable({ layers: [...base.layers, ...item.written] }, await reopen(draft), (root) =>
    copy(root, path),
  );
}
