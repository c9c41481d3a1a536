import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { format } from "node:util";
import { startEngine } from "./engine/process.ts";
import { ensurePrograms } from "./engine/requirements.ts";
import type { LoadedModule } from "./module/types.ts";
import { ProgressTracker, type Screen } from "./progress-tracker.ts";
import { serveDependencies } from "./runtime/dependencies.ts";
import { ModuleRuntime } from "./runtime/invoke.ts";
import { loadSdk, type Sdk } from "./runtime/sdk.ts";
import { traceTo } from "./runtime/telemetry.ts";

export interface Session {
  readonly tracker: ProgressTracker;
  readonly runtime: ModuleRuntime;
  readonly sdk: Sdk;
}

/** Shows a person what a session does. */
export interface Display {
  /** Says one line while no screen is open. */
  say(text: string): void;
  /** Opens a screen that shows what the tracker reports. */
  open(tracker: ProgressTracker): Screen;
}

/** How long the module may take to notice that the engine has ended (milliseconds). */
const timeout = 300;

/** A person or the system asked to stop. */
export class Interrupted extends Error {
  /** The exit code that a shell reports: 130 for Ctrl-C. */
  readonly exitCode: number;

  constructor(signal: "SIGINT" | "SIGTERM") {
    super("interrupted");
    this.exitCode = signal === "SIGINT" ? 130 : 143;
  }
}

/** What a shared cache had promised was gone when it was needed, so that nothing is known of what was asked. */
class LostResults extends Error {
  constructor() {
    super("the shared cache no longer has what it promised: call again, and it is made here");
  }
}

/**
 * Runs `work` with a local engine and the module, shown on `display`. When it returns or throws, the engine has ended
 * and the screen is closed. Where `mayRepeat`, because it has no effects outside, it is done once more when a shared cache
 * has lost what it needs.
 * | @throws Interrupted on Ctrl-C; a second one ends the process at once
 */
export async function withSession<T>(
  module: LoadedModule,
  display: Display,
  work: (session: Session) => Promise<T>,
  mayRepeat: boolean,
): Promise<T> {
  try {
    return await oneSession(module, display, work);
  } catch (error) {
    if (!(error instanceof LostResults) || !mayRepeat) throw error;
    display.say("once more, with what the shared cache has lost made here");
    return await oneSession(module, display, work);
  }
}

async function oneSession<T>(
  module: LoadedModule,
  display: Display,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const tracker = new ProgressTracker();
  await ensurePrograms((text) => display.say(text));
  const screen = display.open(tracker);
  const atExit = () => screen.close();
  process.once("exit", atExit);
  const interrupted = interruption(tracker);
  const starting = startEngine({ cwd: process.cwd(), module: module.path, onEvent: (event) => tracker.event(event) });
  starting.catch(() => {});
  let connected: Promise<void> = Promise.resolve();
  let hurry: "hurry" | undefined;
  try {
    const sdk = await loadSdk();
    traceTo(tracker);
    const engine = await Promise.race([starting, interrupted]);
    redirectConsole(tracker);
    let result: { value: T } | undefined;
    connected = sdk.connection(engine, async (client) => {
      serveDependencies(client, module, sdk);
      result = { value: await work({ tracker, sdk, runtime: await ModuleRuntime.load(module, sdk) }) };
    });
    await Promise.race([withDeath(connected, engine.died), engine.died, interrupted]);
    if (result === undefined) throw new Error("the session ended without a result");
    if (tracker.lost) throw new LostResults();
    return result.value;
  } catch (error) {
    if (error instanceof Interrupted) hurry = "hurry";
    throw tracker.lost && hurry === undefined ? new LostResults() : error;
  } finally {
    await starting.then(
      (engine) => engine.close(hurry),
      () => {},
    );
    // The end of the engine has ended its requests, and with them the stages. A module that waits for something else is
    // not waited for.
    await Promise.race([connected.catch(() => {}), sleep(timeout)]);
    await nextTurn();
    screen.close();
    process.off("exit", atExit);
  }
}

/**
 * Waits for work on an engine. When both fail, the engine's end is the cause, and the work's failure its consequence,
 * which may be noticed first.
 */
async function withDeath(work: Promise<void>, died: Promise<never>): Promise<void> {
  try {
    await work;
  } catch (error) {
    await Promise.race([died, sleep(timeout)]);
    throw error;
  }
}

function interruption(tracker: ProgressTracker): Promise<never> {
  const promise = new Promise<never>((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        tracker.interrupt();
        reject(new Interrupted(signal));
      });
    }
  });
  promise.catch(() => {});
  return promise;
}

/** Shows what the module prints as notices, because standard output belongs to the result; what it warns of is a warning. */
function redirectConsole(tracker: ProgressTracker): void {
  for (const method of ["log", "info", "debug", "error"] as const) {
    console[method] = (...values: unknown[]) => tracker.notice(format(...values));
  }
  console.warn = (...values: unknown[]) => tracker.warning(format(...values));
}
