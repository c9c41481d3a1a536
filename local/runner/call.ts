import type { FunctionInfo, ObjectInfo } from "./module/types.ts";

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
