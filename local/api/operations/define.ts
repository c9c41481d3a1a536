import type { Session } from "../../engine/session.ts";
import type { Node } from "../nodes.ts";
import type { TypeName, Values } from "../types.ts";
import type { Arguments, ArgumentValues } from "./arguments.ts";

/** One field of the API: its place in the schema, its arguments, its documentation and how it is carried out. */
export interface Operation {
  readonly on: TypeName;
  readonly name: string;
  readonly doc: string;
  readonly args: Arguments;
  readonly result: Result;
  /** Whether its value may be shared by all who ask in the same way; false for what must look again each time. */
  readonly shared: (args: Readonly<Record<string, unknown>>) => boolean;
  /** For an object: its value, without running anything. For a leaf or a list: the answer. */
  readonly run: (parent: unknown, args: never, session: Session, self: Node) => unknown;
}

export type Result =
  | { readonly kind: "object"; readonly type: TypeName; readonly nullable: boolean }
  | { readonly kind: "list"; readonly type: TypeName }
  /** A scalar or a list of them, in GraphQL's notation. */
  | { readonly kind: "leaf"; readonly type: string };

interface Common<A extends Arguments> {
  readonly doc: string;
  readonly args?: A;
}

/** A field that gives an object. `apply` must be cheap: what costs time goes into the value's `Lazy` parts. */
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

/** A field that gives a scalar, a list of scalars, or the ID of its object: what makes things run. */
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

/** A field that gives a list of small objects (`lists`) or one that may be absent (`finds`), known by their content. */
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

/** See `lists`. */
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

/** What an operation's author states in types, without them: the table holds operations of all types alike. */
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
