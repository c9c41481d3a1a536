import { registerHooks } from "node:module";
import type { Context } from "../../../node_modules/dagger-sdk/dist/src/common/context.js";

/** A class of the SDK's generated client; its functions are looked up by name. */
export type CoreClass = new (context: Context) => object;

const isCoreClass = (value: unknown): value is CoreClass => typeof value === "function";

const replaced = ["./module/entrypoint/entrypoint.js", "./init.js"];

/** Leaves out what a call never uses of the SDK: see unused.ts. */
function leaveOutUnused(): void {
  registerHooks({
    resolve(specifier, context, next) {
      const ours = replaced.includes(specifier) && context.parentURL?.includes("/dagger-sdk/dist/src/");
      return ours ? { url: new URL("unused.ts", import.meta.url).href, shortCircuit: true } : next(specifier, context);
    },
  });
}

/** The SDK, imported when a function has to run: that takes a good part of a second. */
export async function loadSdk() {
  leaveOutUnused();
  const [sdk, { Context }] = await Promise.all([
    import("dagger-sdk"),
    import("../../../node_modules/dagger-sdk/dist/src/common/context.js"),
  ]);
  const exported: Readonly<Record<string, unknown>> = { ...sdk };
  return {
    dag: sdk.dag,
    connection: sdk.connection,
    ExecError: sdk.ExecError,
    /** The client of an object that is known by its ID. */
    object(type: string, id: string): object {
      const found = exported[type] ?? exported[`${type}_`];
      if (!isCoreClass(found)) throw new Error(`Generated client class not found for core type ${type}`);
      return new found(new Context().selectNode(id, type));
    },
  };
}

export type Sdk = Awaited<ReturnType<typeof loadSdk>>;
