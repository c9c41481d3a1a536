import type { Argument, FunctionInfo, ObjectInfo, TypeRef } from "../../runner/module/types.ts";

/** One function of a chain with what was typed for it. */
export interface Link {
  /** The object that the function belongs to. */
  readonly owner: ObjectInfo;
  /** A field of a record is called like a function without arguments. */
  readonly fn: FunctionInfo;
  readonly isField: boolean;
  /** What was typed, by declared argument name. */
  readonly typed: ReadonlyMap<string, readonly string[]>;
}

/** A call as it was typed: names are resolved, values are still text. */
export interface TypedCall {
  readonly init: Link | undefined;
  readonly links: readonly Link[];
}

/** A checked argument: a plain value, or something that becomes an object of the engine. */
export type Value =
  | { readonly kind: "plain"; readonly value: string | number | boolean }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  /** `path` is absolute. */
  | { readonly kind: "directory"; readonly path: string; readonly exclude: readonly string[] }
  | { readonly kind: "file"; readonly path: string }
  /** Where the secret is, never what it is: `env://NAME`, `file:///PATH`, `cmd://COMMAND`. */
  | { readonly kind: "secret"; readonly uri: string }
  | { readonly kind: "container"; readonly address: string }
  | { readonly kind: "cache"; readonly key: string };

export interface Step {
  readonly owner: ObjectInfo;
  readonly fn: FunctionInfo;
  readonly isField: boolean;
  /** By declared argument name; what is absent was neither typed nor has a default that is known here. */
  readonly args: ReadonlyMap<string, Value>;
}

/** A call that is ready to be carried out. */
export interface Call {
  readonly init: Step | undefined;
  readonly steps: readonly Step[];
}

export type { Argument, FunctionInfo, ObjectInfo, TypeRef };
