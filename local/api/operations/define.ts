import type { Session } from "../../engine/session.ts";
import type { Node } from "../nodes.ts";
import type { TypeName, Values } from "../types.ts";
import type { Arguments, ArgumentValues } from "./arguments.ts";

/** A field of the API: the type that has it, its arguments, its documentation and how it is carried out. */
export interface Operation {
  readonly on: TypeName;
  readonly name: string;
  readonly doc: string;
  readonly args: Arguments;
  readonly result: Result;
  /** Whether all who ask in the same way may share one value. It is false for what must be looked up each time. */
  readonly shared: (args: Readonly<Record<string, unknown>>) => boolean;
  /** Gives the value of an object, without running anything, or the answer of a leaf or a list. */
  readonly run: (parent: unknown, args: never, session: Session, self: Node) => unknown;
}

export type Result =
  | { readonly kind: "object"; readonly type: TypeName; readonly nullable: boolean }
  | { readonly kind: "list"; readonly type: TypeName }
  /** A scalar or a list of scalars, in GraphQL's notation. */
  | { readonly kind: "leaf"; readonly type: string };

interface Common<A extends Arguments> {
  readonly doc: string;
  readonly args?: A;
}

/**
 * Defines a field that gives an object. `apply` must be cheap: what takes time belongs into the `Lazy` parts of the
 * value.
 */
export function makes<P extends TypeName, R extends TypeName, const A extends Arguments = Record<never, never>>(
  on: P,
  result: R,
  name: string,
  definition: Common<A> & {
    readonly shared?: (args: Readonly<Record<string, unknown>>) => boolean;
    readonly apply: (parent: Values[P], args: ArgumentValues<A>, session: Session) => Values[R] | Promise<Values[R]>;
  },
): Operation {
  return operation(
    on,
    name,
    definition,
    { kind: "object", type: result, nullable: false },
    definition.apply,
    definition.shared,
  );
}

/** Defines a field that gives a scalar, a list of scalars, or the ID of its object. Such fields make things run. */
export function reads<P extends TypeName, const A extends Arguments = Record<never, never>>(
  on: P,
  type: string,
  name: string,
  definition: Common<A> & {
    readonly read: (parent: Values[P], args: ArgumentValues<A>, session: Session, self: Node<P>) => unknown;
  },
): Operation {
  return operation(on, name, definition, { kind: "leaf", type }, definition.read);
}

/** Defines a field that gives a list of small objects, which their content identifies. */
export function lists<P extends TypeName, R extends TypeName>(
  on: P,
  result: R,
  name: string,
  definition: Common<Record<never, never>> & {
    readonly list: (parent: Values[P], session: Session) => readonly Values[R][] | Promise<readonly Values[R][]>;
  },
): Operation {
  const run = (parent: Values[P], _args: unknown, session: Session) => definition.list(parent, session);
  return operation(on, name, definition, { kind: "list", type: result }, run);
}

/** Defines a field that gives a small object or nothing; see `lists`. */
export function finds<P extends TypeName, R extends TypeName, const A extends Arguments = Record<never, never>>(
  on: P,
  result: R,
  name: string,
  definition: Common<A> & {
    readonly find: (
      parent: Values[P],
      args: ArgumentValues<A>,
      session: Session,
    ) => Values[R] | undefined | Promise<Values[R] | undefined>;
  },
): Operation {
  return operation(on, name, definition, { kind: "object", type: result, nullable: true }, definition.find);
}

/** Drops the exact types that an operation is written with, because one table holds operations of all types. */
function operation(
  on: TypeName,
  name: string,
  { doc, args = {} }: { readonly doc: string; readonly args?: Arguments },
  result: Result,
  run: unknown,
  shared: Operation["shared"] = () => true,
): Operation {
  return { on, name, doc, args, result, shared, run: run as Operation["run"] };
}
