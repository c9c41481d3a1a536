import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { messageOf } from "../base/errors.ts";
import type { EngineEvent } from "../base/events.ts";
import { isText } from "../base/guards.ts";
import { Activities } from "../engine/activities.ts";
import { callerFrom } from "../engine/caller.ts";
import { Secrets } from "../engine/secrets.ts";
import { Session } from "../engine/session.ts";
import { createImages } from "../images/index.ts";
import { currentMode } from "../sandbox/mode.ts";
import { openSandbox } from "../sandbox/sandbox.ts";
import { findOwnersFilter } from "../sandbox/seccomp/load.ts";
import { openShared } from "../shared/open.ts";
import { cacheFolders } from "../shared/settings.ts";
import { isFull } from "../store/files.ts";
import { cacheRoot } from "../store/paths.ts";
import { fullCache } from "../store/room.ts";
import { openStore } from "../store/store.ts";
import { answerer } from "./graphql.ts";
import { serve } from "./http.ts";

/** The command line reads events from this file descriptor. */
const eventsDescriptor = 3;

function send(event: EngineEvent): void {
  try {
    writeSync(eventsDescriptor, `${JSON.stringify(event)}\n`);
  } catch (error) {
    // The command line has ended, so this process will end too.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
}

/** Serves one session until the parent is gone, which closes standard input, or until a signal asks to stop. */
async function session(): Promise<void> {
  const caller = callerFrom(process.env);
  const local = await openStore({ others: cacheFolders(process.env, caller.workdir) });
  const { ids } = currentMode();
  const warn = (text: string): void => activities.notice(text);
  const shared = await openShared(local, {
    env: process.env,
    cwd: caller.workdir,
    ids,
    warn,
    lost: () => send({ type: "lost" }),
  });
  const store = shared?.store ?? local;
  const secrets = new Secrets(async () => {
    const known = await store.record("identity", "secrets", isText);
    if (known !== undefined) return known;
    const key = randomBytes(32).toString("hex");
    await store.putRecord("identity", "secrets", key);
    return key;
  });
  const activities = new Activities(send, secrets);
  const sandbox = await openSandbox({ store, notice: (text) => activities.notice(text) });
  const images = createImages({
    store,
    notice: (text) => activities.notice(text),
    ...(ids === "single" && { oneUser: findOwnersFilter }),
  });
  const engine = new Session({ store, sandbox, images, secrets, activities, caller });
  const token = randomBytes(24).toString("hex");
  const { server, port } = await serve(token, answerer(engine));
  send({ type: "ready", port, token });
  const interrupted = (await parentGone()) === "interrupted";
  if (interrupted) await sandbox.interrupt();
  server.close();
  server.closeAllConnections();
  const exchanged = interrupted ? undefined : await shared?.end();
  if (exchanged !== undefined) activities.notice(exchanged);
  await engine.close();
}

/** What is written to standard input says that somebody asked to stop; its end alone, that the parent is gone. */
function parentGone(): Promise<"interrupted" | "gone"> {
  return new Promise((resolve) => {
    const gone = (): void => resolve("gone");
    const interrupted = (): void => resolve("interrupted");
    process.stdin.on("data", interrupted).on("end", gone).on("close", gone).on("error", gone).resume();
    process.on("SIGTERM", interrupted).on("SIGINT", interrupted);
  });
}

/**
 * `--do=info` and `--do=prune [--keep=BYTES]` work on the cache and print JSON. Without either, a session is served.
 */
async function main(args: readonly string[]): Promise<void> {
  process.umask(0o022);
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const task = option("do");
  if (task === undefined) return session();
  const store = await openStore();
  const answer = task === "prune" ? await store.prune(Number(option("keep") ?? 0)) : await store.info();
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  await store.close();
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    // The command line shows this as the reason for which the engine has ended.
    const fault = error instanceof TypeError || error instanceof ReferenceError;
    const message = isFull(error) ? fullCache(cacheRoot()) : messageOf(error);
    process.stderr.write(`${(fault && error.stack) || message}\n`);
    process.exit(1);
  },
);
