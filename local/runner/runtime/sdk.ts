import module from "node:module";
import type { Context } from "../../../node_modules/dagger-sdk/dist/src/common/context.js";
import { prebuilt } from "../../base/prebuilt.ts";
import { rememberIds } from "./known-ids.ts";
import type { Address, Client } from "./requests.ts";

/** A class of the SDK's generated client. Its functions are called by name. */
export type CoreClass = new (context: Context) => object;

const isCoreClass = (value: unknown): value is CoreClass => typeof value === "function";

const replaced = ["./module/entrypoint/entrypoint.js", "./init.js"];

/** Replaces the parts of the SDK that a call never uses by unused.ts. */
function leaveOutUnused(): void {
  // A package was made without them.
  if (prebuilt !== undefined) return;
  module.registerHooks({
    resolve(specifier, context, next) {
      const ours = replaced.includes(specifier) && context.parentURL?.includes("/dagger-sdk/dist/src/");
      return ours ? { url: new URL("unused.ts", import.meta.url).href, shortCircuit: true } : next(specifier, context);
    },
  });
}

/** Imports the SDK. That takes a good part of a second, so it is only done when a function has to run. */
export async function loadSdk() {
  leaveOutUnused();
  const [sdk, { Context }, { keepConnections }] = await Promise.all([
    import("dagger-sdk"),
    import("../../../node_modules/dagger-sdk/dist/src/common/context.js"),
    import("./requests.ts"),
  ]);
  const exported: Record<string, unknown> = { ...sdk };
  return {
    dag: sdk.dag,
    /** Runs `work` with a connection to an engine, and what the SDK sends its queries with. */
    connection(address: Address, work: (client: Client) => Promise<void>): Promise<void> {
      process.env.DAGGER_SESSION_PORT = String(address.port);
      process.env.DAGGER_SESSION_TOKEN = address.token;
      return sdk.connection(() => {
        const client: Client = new Context().getGQLClient();
        keepConnections(client, address);
        rememberIds(client);
        return work(client);
      });
    },
    ExecError: sdk.ExecError,
    /** Takes note of the classes of a module's dependencies, whose objects it may keep. */
    know(classes: Readonly<Record<string, unknown>>): void {
      Object.assign(exported, classes);
    },
    /** Gives the client of an object that is known by its ID. */
    object(type: string, id: string): object {
      const found = exported[type] ?? exported[`${type}_`];
      if (!isCoreClass(found)) throw new Error(`Generated client class not found for core type ${type}`);
      return new found(new Context().selectNode(id, type));
    },
  };
}

export type Sdk = Awaited<ReturnType<typeof loadSdk>>;
