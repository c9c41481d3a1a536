import type { LoadedModule } from "../../runner/module/types.ts";
import { runChain } from "../../runner/runtime/chain.ts";
import { asStage } from "../../runner/runtime/telemetry.ts";
import { Interrupted, type Session, withSession } from "../../runner/session.ts";
import type { Options } from "../options.ts";
import { displayFor } from "../screen/open.ts";
import type { Check } from "./checks.ts";
import { explain } from "./failure.ts";
import { render } from "./print.ts";

/** Runs checks side by side, each as a stage of its own. A check that fails does not stop the others. */
export async function runChecks(
  checks: readonly Check[],
  module: LoadedModule,
  options: Options,
): Promise<{ readonly failures: ReadonlyMap<string, string> } | { readonly exitCode: number }> {
  const failures = new Map<string, string>();
  try {
    const work = ({ runtime, sdk }: Session) =>
      asStage("check", async () => {
        failures.clear();
        const runs = checks.map(async ({ name, call }) => {
          try {
            // A check may give an object that does nothing until its result is asked for, which rendering does.
            await asStage(name, async () => render(await runChain(call, module, runtime, sdk), module, options.json));
          } catch (error) {
            failures.set(name, explain(error));
          }
        });
        await Promise.all(runs);
      });
    await withSession(module, displayFor(options.progress), work, true);
    return { failures };
  } catch (error) {
    process.stderr.write(`ml-pipeline: ${explain(error)}\n`);
    return { exitCode: error instanceof Interrupted ? error.exitCode : 1 };
  }
}
