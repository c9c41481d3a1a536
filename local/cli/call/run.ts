import type { Call, Step } from "../../runner/call.ts";
import type { LoadedModule } from "../../runner/module/types.ts";
import { type Result, runChain } from "../../runner/runtime/chain.ts";
import { asStage } from "../../runner/runtime/telemetry.ts";
import { Interrupted, type Session, withSession } from "../../runner/session.ts";
import type { Options } from "../options.ts";
import { duration } from "../screen/format.ts";
import { displayFor } from "../screen/open.ts";
import { endText } from "./end-text.ts";
import { explain } from "./failure.ts";
import { render } from "./print.ts";

export interface CallOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  /** The digest of the exported folder's content. */
  readonly tree?: string;
  /** Whether the answer may be used again. */
  readonly keep: boolean;
}

export interface Circumstances {
  /** Why it is the local engine. */
  readonly reason: string;
  /** Whether the call may be made twice, because it has no effects outside the engine. */
  readonly mayRepeat: boolean;
}

const failed = { stdout: "", keep: false };

/** Makes a call on a local engine of its own, and reports progress and outcome on standard error. */
export async function runCall(
  name: string,
  call: Call,
  module: LoadedModule,
  options: Options,
  { reason, mayRepeat }: Circumstances,
): Promise<CallOutcome> {
  const started = Date.now();
  // A live screen would be drawn over what a person types.
  const display = displayFor(opensTerminal(call) && options.progress !== "quiet" ? "plain" : options.progress);
  display.say(`local engine (${reason})`);
  try {
    const { outcome, ended } = await withSession(
      module,
      display,
      async (session) => {
        const outcome = await asStage(name, () => carryOut(call, module, options, session));
        const { ran, cached } = session.tracker.counts();
        // A push is made each time: the registry may have lost what an answer of before says is there.
        return {
          outcome: { ...outcome, keep: outcome.keep && !session.tracker.hadEffects },
          ended: { summary: `${ran} ran, ${cached} cached`, warnings: session.tracker.warnings },
        };
      },
      mayRepeat,
    );
    process.stderr.write(endText(options.progress, `${name}  ${duration(Date.now() - started)}`, ended));
    return outcome;
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write(`ml-pipeline: ${name} interrupted after ${duration(Date.now() - started)}\n`);
      return { ...failed, exitCode: error.exitCode };
    }
    process.stderr.write(`✗ ${name} failed after ${duration(Date.now() - started)}\n\n${explain(error)}\n`);
    return { ...failed, exitCode: 1 };
  }
}

/**
 * Carries out a call. An exported folder is also asked for its digest, by which it is found again when the call is
 * repeated.
 */
async function carryOut(
  call: Call,
  module: LoadedModule,
  options: Options,
  { runtime, sdk }: Session,
): Promise<CallOutcome> {
  const last = call.steps.at(-1);
  if (last !== undefined && isFolderExport(last)) {
    const folder = await runChain({ ...call, steps: call.steps.slice(0, -1) }, module, runtime, sdk);
    const tree = String(await Reflect.get(clientOf(folder), "digest")());
    await runChain({ init: undefined, steps: [last] }, module, runtime, sdk, folder);
    return { exitCode: 0, stdout: "", tree, keep: true };
  }
  const result = await runChain(call, module, runtime, sdk);
  if (opensTerminal(call)) {
    await Reflect.get(clientOf(result), "sync").call(clientOf(result));
    return { exitCode: 0, stdout: "", keep: false };
  }
  return { exitCode: 0, stdout: await render(result, module, options.json), keep: true };
}

/** Whether a call ends with a program that a person types to. */
function opensTerminal({ steps }: Call): boolean {
  const last = steps.at(-1);
  return last?.owner.kind === "core" && last.owner.name === "Container" && last.fn.name === "terminal";
}

function isFolderExport(step: Step): boolean {
  return step.owner.kind === "core" && step.owner.name === "Directory" && step.fn.name === "export";
}

function clientOf(result: Result): object {
  if (!("client" in result)) throw new Error("expected one of Dagger's objects");
  return result.client;
}
