import type { FunctionInfo, ObjectInfo } from "./module/types.ts";

/** A checked argument: a plain value, or what an object of the engine is made from. */
export type Value =
  | { readonly kind: "plain"; readonly value: string | number | boolean }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  /** `path` is absolute. */
  | { readonly kind: "directory"; readonly path: string; readonly exclude: readonly string[] }
  | { readonly kind: "file"; readonly path: string }
  /** `uri` says where the secret is, never its value: `env://NAME`, `file:///PATH`, `cmd://COMMAND`. */
  | { readonly kind: "secret"; readonly uri: string }
  | { readonly kind: "container"; readonly address: string }
  | { readonly kind: "cache"; readonly key: string };

export interface Step {
  readonly owner: ObjectInfo;
  readonly fn: FunctionInfo;
  readonly isField: boolean;
  /** Arguments by their declared names. One that is absent was not typed and has no default that is known here. */
  readonly args: ReadonlyMap<string, Value>;
}

/** A call with checked arguments. */
export interface Call {
  readonly init: Step | undefined;
  readonly steps: readonly Step[];
}
