import type { FunctionInfo, ObjectInfo } from "../../runner/module/types.ts";

/** A function of a chain and what was typed for it. */
export interface Link {
  /** The object that the function belongs to. */
  readonly owner: ObjectInfo;
  /** A field of a record is called like a function without arguments. */
  readonly fn: FunctionInfo;
  readonly isField: boolean;
  /** Typed text by the declared name of the argument. */
  readonly typed: ReadonlyMap<string, readonly string[]>;
}

/** A call with resolved names whose values are still text. */
export interface TypedCall {
  readonly init: Link | undefined;
  readonly links: readonly Link[];
}
