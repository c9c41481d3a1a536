import type { FunctionInfo, ObjectInfo } from "../../runner/module/types.ts";

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
