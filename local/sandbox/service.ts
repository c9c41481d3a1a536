import { setTimeout as sleep } from "node:timers/promises";
import { askToEnd } from "./ask-to-end.ts";
import type { Container } from "./container.ts";
import type { Endpoint } from "./service-network.ts";
import type { RunningService } from "./types.ts";

export interface ServiceParts {
  readonly container: Container;
  readonly endpoint: Endpoint | undefined;
  /** Whether `/proc` has the numbers of this process's children, so that the command can be found. */
  readonly seesProcesses: boolean;
  /** `ended` says that no process of the container runs any more. */
  dispose(ended: boolean): Promise<void>;
}

/** How long a service may take to end before it is killed (milliseconds). */
const stopTimeout = 10_000;

/** Controls a started container as a service. */
export function serviceOf({ container, endpoint, seesProcesses, dispose }: ServiceParts, name: string): RunningService {
  if (!endpoint) throw new Error(`The service ${name} has no address.`);
  let ended = false;
  const exited = container.exited.finally(async () => {
    ended = true;
    await dispose(true);
  });
  // Those who await `exited` get the failure. Without any, it must not end the engine.
  exited.catch(() => {});
  return {
    address: endpoint.address,
    exited,
    stop: async (signal = "SIGTERM") => {
      if (!ended && signal === "SIGTERM" && seesProcesses && askToEnd(container.pid)) {
        const timer = setTimeout(() => container.kill(), stopTimeout);
        await exited.finally(() => clearTimeout(timer)).catch(() => {});
        return;
      }
      container.kill();
      await exited.catch(() => {});
    },
    listening: async (port) => {
      await container.ready;
      for (let pause = 20; !ended; pause = Math.min(pause * 1.5, 150)) {
        if (await endpoint.listens(port)) return;
        await sleep(pause);
      }
      const { exitCode, stderr, stdout } = await exited;
      const said = (stderr || stdout).trim().split("\n").slice(-20).join("\n");
      throw new Error(
        `The service ${name} ended (exit code ${exitCode}) before it listened on port ${port}.\n${said}`.trim(),
      );
    },
  };
}
