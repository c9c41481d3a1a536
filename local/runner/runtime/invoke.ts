import { pathToFileURL } from "node:url";
import type { Step } from "../call.ts";
import type { Argument, FunctionInfo, LoadedModule, TypeRef } from "../module/types.ts";
import { clientValue } from "./resources.ts";
import type { Sdk } from "./sdk.ts";
import { exposedName, type Json, serialize } from "./serialize.ts";

type Exports = Readonly<Record<string, unknown>>;
/** What the file of a module exports. */
interface Bundle {
  readonly modules: readonly Exports[];
  /** The SDK as the module knows it. */
  readonly sdk: Exports;
}
type Constructor = new (...args: readonly unknown[]) => object;
type Method = (this: object, ...args: readonly unknown[]) => unknown;

/**
 * Calls the functions of a module as the engine's entrypoint does. The object that has the function is made from its
 * state without calling its constructor, arguments and results pass through JSON, and objects of the engine through
 * their IDs.
 */
export class ModuleRuntime {
  readonly #module: LoadedModule;
  readonly #exports: readonly Exports[];
  readonly #sdk: Sdk;

  private constructor(module: LoadedModule, exports: readonly Exports[], sdk: Sdk) {
    this.#module = module;
    this.#exports = exports;
    this.#sdk = sdk;
  }

  static async load(module: LoadedModule, sdk: Sdk): Promise<ModuleRuntime> {
    const { modules, sdk: classes } = (await import(pathToFileURL(module.bundle).href)) as Bundle;
    if (module.dependencies.length > 0) sdk.know(classes);
    return new ModuleRuntime(module, modules, sdk);
  }

  /** Constructs the main object and gives its state. */
  async construct(step: Step | undefined): Promise<Json> {
    const { main } = this.#module;
    const args = step === undefined ? [] : await this.#arguments(step);
    return await serialize(new (this.#class(main))(...args), { kind: "object", name: main }, this.#module);
  }

  /** Calls a function of the object with this state and gives its serialized result. */
  async call(state: Json, step: Step): Promise<Json> {
    const owner = this.#build(step.owner.name, state);
    const method: unknown = Reflect.get(owner, step.fn.name);
    if (typeof method !== "function") throw new Error(`Method ${step.fn.name} not found`);
    const result = await (method as Method).apply(owner, await this.#arguments(step));
    return await serialize(result, step.fn.returns, this.#module);
  }

  async #arguments({ fn, args }: { fn: FunctionInfo; args: Step["args"] }): Promise<unknown[]> {
    const values: unknown[] = [];
    for (const arg of fn.args) {
      const value = args.get(arg.name);
      const client = value === undefined ? undefined : clientValue(value, this.#sdk);
      const loaded = this.#load(await serialize(client, arg.type, this.#module), arg.type, arg);
      if (arg.variadic && Array.isArray(loaded)) values.push(...loaded);
      else if (!arg.variadic) values.push(loaded);
    }
    return values;
  }

  /**
   * Converts JSON to what the function expects. An absent value is null where the type allows that, and else undefined,
   * so that the function's own default holds.
   */
  #load(value: Json, type: TypeRef, arg?: Argument): unknown {
    if (value === null) return arg?.nullable && arg.default === undefined ? null : undefined;
    switch (type.kind) {
      case "list":
        return (value as readonly Json[]).map((item) => this.#load(item, type.of));
      case "object":
        return Object.hasOwn(this.#module.objects, type.name)
          ? this.#build(type.name, value)
          : this.#sdk.object(type.name, String(value));
      case "enum": {
        const members = Object.hasOwn(this.#module.enums, type.name)
          ? this.#module.enums[type.name]?.members
          : undefined;
        return members?.find((member) => member.name === value)?.value ?? value;
      }
      case "interface":
        throw new Error(`interface ${type.name}: interfaces need the Dagger engine`);
      default:
        return value;
    }
  }

  #build(name: string, state: Json): object {
    const info = this.#module.objects[name];
    if (info === undefined) throw new Error(`Object ${name} not found in the module`);
    const fields: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(state ?? {})) {
      const property = info.properties.find((property) => exposedName(property) === key);
      if (property === undefined) throw new Error(`could not find parent property ${key}`);
      fields[property.name] = value === null ? null : this.#load(value as Json, property.type);
    }
    return info.kind === "object" ? fields : Object.assign(Object.create(this.#class(name).prototype), fields);
  }

  #class(name: string): Constructor {
    const found = this.#exports.find((exports) => exports[name] !== undefined)?.[name];
    if (typeof found !== "function") throw new Error(`class ${name} is not exported by the module`);
    return found as Constructor;
  }
}
