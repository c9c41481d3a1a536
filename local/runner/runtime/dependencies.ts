import { hash } from "node:crypto";
import { join } from "node:path";
import type { Directory } from "dagger-sdk";
import { type FieldNode, Kind, type SelectionSetNode, type ValueNode } from "graphql/language/index.js";
import { parse } from "graphql/language/parser.js";
import { print } from "graphql/language/printer.js";
import { isChain } from "../../api/chain.ts";
import { Lazy } from "../../base/lazy.ts";
import { camel } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { Step, Value } from "../call.ts";
import { importedName } from "../module/client.ts";
import type { Argument, FunctionInfo, LoadedModule, ObjectInfo, TypeRef } from "../module/types.ts";
import { ModuleRuntime } from "./invoke.ts";
import { type Client, failedAnswer } from "./requests.ts";
import type { Sdk } from "./sdk.ts";
import type { Json } from "./serialize.ts";

/** A dependency, and what calls its functions. */
interface Served {
  readonly name: string;
  readonly module: LoadedModule;
  readonly runtime: Lazy<ModuleRuntime>;
}

/** An object of a dependency in a session. */
interface Held {
  readonly of: Served;
  readonly id: string;
  readonly type: ObjectInfo;
  readonly state: Json;
}

/** What a field gives. */
interface Given {
  readonly type: TypeRef;
  readonly json: Json;
}

/**
 * Answers what a module asks of its dependencies, in this process, where the SDK sends its queries: the engine knows none of their types. What
 * leads from a dependency to an object of the engine is asked of the engine.
 *
 * @throws UsageError where two modules of a session are known by one name
 */
export function serveDependencies(client: Client, module: LoadedModule, sdk: Sdk): void {
  const served = new Map<string, Served>();
  collect(module, served, sdk);
  if (served.size === 0) return;
  const dependencies = new Dependencies(served, sdk, client.request.bind(client));
  client.request = (document) => dependencies.answer(document);
}

function collect(module: LoadedModule, served: Map<string, Served>, sdk: Sdk): void {
  for (const { name, module: found } of module.dependencies) {
    const known = served.get(camel(name));
    if (known === undefined) {
      const runtime = new Lazy(() => ModuleRuntime.load(found, sdk));
      served.set(camel(name), { name, module: found, runtime });
      collect(found, served, sdk);
    } else if (known.module.path !== found.path) {
      throw new UsageError(
        `${known.module.path} and ${found.path} are both the dependency ${name}; the local engine tells them apart by their names`,
      );
    }
  }
}

class Dependencies {
  readonly #served: ReadonlyMap<string, Served>;
  readonly #sdk: Sdk;
  readonly #engine: Client["request"];
  readonly #objects = new Map<string, Held>();
  /** What was called, by the object, the function and the arguments: as on the Dagger engine, it is called once in a session. */
  readonly #calls = new Map<string, Promise<Given>>();

  constructor(served: ReadonlyMap<string, Served>, sdk: Sdk, engine: Client["request"]) {
    this.#served = served;
    this.#sdk = sdk;
    this.#engine = engine;
  }

  async answer(document: string): Promise<unknown> {
    const parsed = parse(document, { noLocation: true });
    const [operation] = parsed.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION || !isChain(parsed)) return await this.#engine(document);
    const first = fieldOf(operation.selectionSet);
    const root = this.#object(first) ?? this.#served.get(first?.name.value ?? "");
    if (root === undefined || first === undefined) return await this.#engine(document);
    const at = "state" in root ? root : await this.#told(document, () => this.#construct(root, first));
    return { [first.name.value]: await this.#follow(at, first, document) };
  }

  /** The object of a dependency that `node(id:)` names. */
  #object(field: FieldNode | undefined): Held | undefined {
    const id = field?.name.value === "node" ? argumentsOf(field).get("id") : undefined;
    return id?.kind === "plain" ? this.#objects.get(String(id.value)) : undefined;
  }

  async #follow(from: Held, above: FieldNode, document: string): Promise<unknown> {
    const field = fieldOf(above.selectionSet);
    if (field === undefined || field.name.value === "id") return from.id;
    const { type, json } = await this.#told(document, () => this.#ask(from, field));
    if (json === null) return null;
    if (type.kind === "list" && type.of.kind === "object") {
      const { of } = type;
      return (json as readonly Json[]).map((item) => ({ id: this.#hold(from.of, of.name, item)?.id ?? item }));
    }
    if (type.kind !== "object") return json;
    const next = this.#hold(from.of, type.name, json);
    return next === undefined ? await this.#goOn(type.name, json, field) : await this.#follow(next, field, document);
  }

  /** Asks the engine what is asked of an object of its own. */
  async #goOn(type: string, id: Json, { selectionSet }: FieldNode): Promise<unknown> {
    if (selectionSet === undefined || fieldOf(selectionSet)?.name.value === "id") return id;
    return await this.#engine(`{ node(id: ${JSON.stringify(id)}) { ... on ${type} ${print(selectionSet)} } }`);
  }

  /** Keeps an object of a dependency by its ID; undefined for an object of the engine. */
  #hold(of: Served, name: string, state: Json): Held | undefined {
    const type = Object.hasOwn(of.module.objects, name) ? of.module.objects[name] : undefined;
    if (type === undefined) return undefined;
    const exposed = importedName({ name: of.name, info: of.module }, name);
    const id = `${exposed}:${hash("sha256", JSON.stringify([of.module.hash, state]))}`;
    const held = { of, id, type, state };
    this.#objects.set(id, held);
    return held;
  }

  async #construct(of: Served, field: FieldNode): Promise<Held> {
    const { main, objects } = of.module;
    const type = objects[main];
    const { init } = type ?? {};
    const step = type &&
      init && { owner: type, fn: init, isField: false, args: await this.#arguments(of, init, field) };
    const state = await (await of.runtime.get()).construct(step);
    const held = this.#hold(of, main, state);
    if (held === undefined) throw new Error(`${of.name} has no class ${main}`);
    return held;
  }

  async #ask(from: Held, field: FieldNode): Promise<Given> {
    const name = field.name.value;
    const property = from.type.properties.find((one) => one.exposed && (one.alias ?? one.name) === name);
    if (property !== undefined) {
      const state = from.state as Readonly<Record<string, Json>>;
      return { type: property.type, json: state[name] ?? null };
    }
    const fn = from.type.functions.find((one) => (one.alias ?? one.name) === name);
    if (fn === undefined) throw new Error(`${from.type.name} of ${from.of.name} has no field ${name}`);
    const args = await this.#arguments(from.of, fn, field);
    const call = async (): Promise<Given> => {
      const step: Step = { owner: from.type, fn, isField: false, args };
      return { type: fn.returns, json: await (await from.of.runtime.get()).call(from.state, step) };
    };
    if (fn.cache === "never") return await call();
    const key = JSON.stringify([from.id, name, [...args]]);
    const known = this.#calls.get(key);
    if (known !== undefined) return await known;
    const called = call();
    this.#calls.set(key, called);
    // What failed may do better the next time.
    called.catch(() => this.#calls.delete(key));
    return await called;
  }

  async #arguments(of: Served, fn: FunctionInfo, field: FieldNode): Promise<ReadonlyMap<string, Value>> {
    const given = argumentsOf(field);
    const args = new Map<string, Value>();
    for (const arg of fn.args) {
      const value = given.get(arg.name);
      const taken = value === undefined ? defaultOf(of, arg) : await this.#filtered(of, arg, value);
      if (taken !== undefined) args.set(arg.name, taken);
    }
    return args;
  }

  /** A folder without what the function ignores, whoever names the folder. */
  async #filtered(of: Served, { type, ignore = [] }: Argument, value: Value): Promise<Value> {
    if (type.kind !== "object") return value;
    if (Object.hasOwn(of.module.objects, type.name)) {
      throw new Error(`${of.name}: a ${type.name} as an argument needs the Dagger engine`);
    }
    if (type.name !== "Directory" || ignore.length === 0 || value.kind !== "plain") return value;
    const folder = this.#sdk.object("Directory", String(value.value)) as Directory;
    return { kind: "plain", value: await folder.filter({ exclude: [...ignore] }).id() };
  }

  /** Gives what a dependency fails with as the engine's answer, which the SDK makes an error of for the module that asked. */
  async #told<T>(document: string, task: () => Promise<T>): Promise<T> {
    try {
      return await task();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!(error instanceof this.#sdk.ExecError)) throw failedAnswer([{ message }], document);
      const { cmd, exitCode, stdout, stderr } = error;
      throw failedAnswer([{ message, extensions: { _type: "EXEC_ERROR", cmd, exitCode, stdout, stderr } }], document);
    }
  }
}

/** A default folder of a dependency is one of the dependency's own. */
function defaultOf(
  { module }: Served,
  { type, defaultPath, defaultAddress, ignore = [] }: Argument,
): Value | undefined {
  if (defaultAddress !== undefined) return { kind: "container", address: defaultAddress };
  if (defaultPath === undefined || type.kind !== "object") return undefined;
  const path = join(module.path, defaultPath);
  return type.name === "File" ? { kind: "file", path } : { kind: "directory", path, exclude: ignore };
}

/** The one field that is selected, also below the type that it is one of. */
function fieldOf(set: SelectionSetNode | undefined): FieldNode | undefined {
  const selected = set?.selections[0];
  if (selected?.kind === Kind.INLINE_FRAGMENT) return fieldOf(selected.selectionSet);
  return selected?.kind === Kind.FIELD ? selected : undefined;
}

const argumentsOf = ({ arguments: given = [] }: FieldNode): ReadonlyMap<string, Value> =>
  new Map(
    given.flatMap(({ name, value }) => {
      const found = literalOf(value);
      return found === undefined ? [] : [[name.value, found] as const];
    }),
  );

function literalOf(node: ValueNode): Value | undefined {
  switch (node.kind) {
    case Kind.STRING:
    case Kind.ENUM:
    case Kind.BOOLEAN:
      return { kind: "plain", value: node.value };
    case Kind.INT:
    case Kind.FLOAT:
      return { kind: "plain", value: Number(node.value) };
    case Kind.LIST:
      return { kind: "list", items: node.values.flatMap((item) => literalOf(item) ?? []) };
    default:
      return undefined;
  }
}
