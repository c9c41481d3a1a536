import type { Call, Step } from "../call.ts";
import type { LoadedModule, TypeRef } from "../module/types.ts";
import type { ModuleRuntime } from "./invoke.ts";
import { clientValue } from "./resources.ts";
import type { Sdk } from "./sdk.ts";
import { exposedName, type Json } from "./serialize.ts";

/** The result of a chain so far: plain data, the state of a record, or the client of one of Dagger's objects. */
export type Result =
  | { readonly type: TypeRef; readonly json: Json }
  | { readonly type: { readonly kind: TypeRef["kind"]; readonly name: string }; readonly client: object };

/**
 * Calls the functions of a chain one after the other, beginning with a new main object or with the result of another
 * chain.
 */
export async function runChain(
  call: Call,
  module: LoadedModule,
  runtime: ModuleRuntime,
  sdk: Sdk,
  from?: Result,
): Promise<Result> {
  let at = from ?? { type: { kind: "object", name: module.main } as const, json: await runtime.construct(call.init) };
  for (const step of call.steps) at = await follow(at, step, module, runtime, sdk);
  return at;
}

async function follow(at: Result, step: Step, module: LoadedModule, runtime: ModuleRuntime, sdk: Sdk): Promise<Result> {
  if ("client" in at) return await callCore(at.client, step, sdk);
  const json = step.isField ? field(at.json, step) : await runtime.call(at.json, step);
  return settle(step.fn.returns, json, module, sdk);
}

/** Makes a client again of the ID of one of Dagger's objects. */
function settle(type: TypeRef, json: Json, module: LoadedModule, sdk: Sdk): Result {
  if (type.kind !== "object" || Object.hasOwn(module.objects, type.name) || typeof json !== "string")
    return { type, json };
  return { type, client: sdk.object(type.name, json) };
}

function field(state: Json, step: Step): Json {
  const property = step.owner.properties.find((property) => property.name === step.fn.name);
  if (property === undefined || state === null || typeof state !== "object") return null;
  return (state as Readonly<Record<string, Json>>)[exposedName(property)] ?? null;
}

/**
 * Calls a function of the SDK's client. Required arguments are passed by position, optional ones in an object at the
 * end.
 */
async function callCore(client: object, { fn, args }: Step, sdk: Sdk): Promise<Result> {
  const method: unknown = Reflect.get(client, fn.name);
  if (typeof method !== "function") throw new Error(`the SDK has no function ${fn.name}`);
  const positional: unknown[] = [];
  const options: Record<string, unknown> = {};
  for (const arg of fn.args) {
    const value = args.get(arg.name);
    const given = value === undefined ? undefined : clientValue(value, sdk);
    if (!arg.inOptions) positional.push(given);
    else if (given !== undefined) options[arg.name] = given;
  }
  if (Object.keys(options).length > 0) positional.push(options);
  const result: unknown = await method.apply(client, positional);
  if (fn.returns.kind === "object" && typeof result === "object" && result !== null) {
    return { type: fn.returns, client: result };
  }
  return { type: fn.returns, json: (result ?? null) as Json };
}
