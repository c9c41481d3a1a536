import { randomUUID } from "node:crypto";
import type { Json } from "../base/hash.ts";
import { asJson } from "../base/json.ts";
import type { Session } from "../engine/session.ts";
import type { Node, Nodes } from "./nodes.ts";
import type { Argument } from "./operations/arguments.ts";
import type { Operation } from "./operations/define.ts";
import type { TypeName, Values } from "./types.ts";

/** Gives every declared argument. An absent one is undefined; clients may send null for it. */
export function argumentsOf(operation: Operation, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const names = Object.entries(operation.args);
  return Object.fromEntries(names.map(([name, { default: value }]) => [name, given[name] ?? value]));
}

/** Resolves a field: to a node for an object, which evaluates nothing, and else to the answer itself. */
export async function resolve(
  session: Session,
  nodes: Nodes,
  operation: Operation,
  self: Node,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const { result } = operation;
  const run = async () =>
    operation.run(await self.value.get(), (await loadObjects(nodes, operation, args)) as never, session, self);
  if (result.kind === "leaf") return run();
  if (result.kind === "list") {
    const values = (await run()) as readonly Values[TypeName][];
    return values.map((value) => literal(nodes, result.type, value));
  }
  if (result.nullable) {
    const value = (await run()) as Values[TypeName] | undefined;
    return value === undefined ? null : literal(nodes, result.type, value);
  }
  const unique = operation.shared(args) ? {} : { once: randomUUID() };
  const recipe = { operation, parent: self.id, args: { ...args, ...unique } as Json };
  return nodes.add(result.type, recipe, run as () => Promise<Values[TypeName]>);
}

/** Makes a small object that its content identifies, so that its ID can be loaded later. */
function literal<T extends TypeName>(nodes: Nodes, type: T, value: Values[T]): Node<T> {
  const recipe = { operation: { on: type, name: "literal" }, args: asJson(value) };
  return nodes.add(type, recipe, () => Promise.resolve(value));
}

/** Replaces IDs among the arguments by the values of their objects. */
async function loadObjects(
  nodes: Nodes,
  operation: Operation,
  args: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const load = async ({ object }: Argument<unknown>, value: unknown): Promise<unknown> => {
    if (object === undefined || value === undefined) return value;
    if (Array.isArray(value)) return Promise.all(value.map((id) => nodes.find(String(id), object).value.get()));
    return nodes.find(String(value), object).value.get();
  };
  const loaded = Object.entries(operation.args).map(async ([name, argument]) => [
    name,
    await load(argument, args[name]),
  ]);
  return Object.fromEntries(await Promise.all(loaded));
}
