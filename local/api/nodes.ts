import { hash, randomBytes } from "node:crypto";
import { EngineError } from "../base/errors.ts";
import { canonical, type Json } from "../base/hash.ts";
import { Lazy } from "../base/lazy.ts";
import type { Operation } from "./operations/define.ts";
import type { TypeName, Values } from "./types.ts";

/** An object of the API: the recipe that makes it and, once something has asked for it, its value. */
export interface Node<T extends TypeName = TypeName> {
  readonly id: string;
  readonly type: T;
  readonly value: Lazy<Values[T]>;
}

/**
 * The objects of a session by their IDs. An ID is the hash of a recipe (operation, parent, arguments), so equal recipes
 * are one object, and nothing runs to make an ID. A key is hashed with it because arguments may be secrets; that is no HMAC,
 * whose setting up took as long as all else of an object, since an ID that somebody makes up is found in no map.
 */
export class Nodes {
  readonly #key = randomBytes(32).toString("hex");
  readonly #nodes = new Map<string, Node>();
  /** The object that queries start from. */
  readonly root = this.add("Query", { operation: { on: "Query", name: "root" }, args: {} }, () => Promise.resolve({}));

  /** Gives the object that a recipe makes. `evaluate` is called when its value is asked for. */
  add<T extends TypeName>(type: T, recipe: Recipe, evaluate: () => Promise<Values[T]>): Node<T> {
    const { operation, parent, args } = recipe;
    const text = canonical({ type, operation: `${operation.on}.${operation.name}`, parent, args });
    const id = `${type}:${hash("sha256", this.#key + text)}`;
    const known = this.#nodes.get(id);
    if (known !== undefined) return known as Node<T>;
    const node: Node<T> = { id, type, value: new Lazy(evaluate) };
    this.#nodes.set(id, node);
    return node;
  }

  /**
   * Finds the object of an ID.
   * | @throws EngineError for an ID that this session did not give out
   */
  find<T extends TypeName>(id: string, type?: T): Node<T> {
    const node = this.#nodes.get(id);
    if (node === undefined)
      throw new EngineError(`unknown ID ${JSON.stringify(id)}: IDs are valid in their own session only`);
    if (type !== undefined && node.type !== type)
      throw new EngineError(`the ID of a ${type} is needed, this is one of a ${node.type}`);
    return node as Node<T>;
  }
}

export interface Recipe {
  readonly operation: Pick<Operation, "on" | "name">;
  readonly parent?: string;
  /** Arguments; those that are objects are represented by their IDs. */
  readonly args: Json;
}
