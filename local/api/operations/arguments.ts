import type { TypeName, Values } from "../types.ts";

/** An argument of a field: its GraphQL type and default. `T` is what the operation gets. */
export interface Argument<T> {
  /** In GraphQL's notation, with `ID` for objects: `String!`, `[ID!]!`. */
  readonly type: string;
  readonly default?: unknown;
  readonly doc: string;
  /** The type of the object that the ID must stand for. */
  readonly object?: TypeName;
  /** This property never exists: it only carries `T` for the type checker. */
  readonly carries?: T;
}

export type Arguments = Readonly<Record<string, Argument<unknown>>>;

/** The arguments that an operation gets: objects as their values, and absent optional arguments as undefined. */
export type ArgumentValues<A extends Arguments> = {
  readonly [N in keyof A]: A[N] extends Argument<infer T> ? T : never;
};

export const text = (doc: string): Argument<string> => ({ type: "String!", doc });
export const optionalText = (doc: string): Argument<string | undefined> => ({ type: "String", doc });
export const emptyText = (doc: string): Argument<string> => ({ type: "String", default: "", doc });
export const texts = (doc: string): Argument<readonly string[]> => ({ type: "[String!]!", doc });
export const noTexts = (doc: string): Argument<readonly string[]> => ({ type: "[String!]", default: [], doc });
export const flag = (doc: string): Argument<boolean> => ({ type: "Boolean", default: false, doc });
export const integer = (doc: string): Argument<number> => ({ type: "Int!", doc });
export const optionalInteger = (doc: string): Argument<number | undefined> => ({ type: "Int", doc });
export const integerOr = (value: number, doc: string): Argument<number> => ({ type: "Int", default: value, doc });

/** One of the names of a GraphQL enumeration. */
export const choice = <T extends string>(type: string, value: T, doc: string): Argument<T> => ({
  type,
  default: value,
  doc,
});
export const optionalChoice = <T extends string>(type: string, doc: string): Argument<T | undefined> => ({ type, doc });

export const object = <T extends TypeName>(type: T, doc: string): Argument<Values[T]> => ({
  type: "ID!",
  object: type,
  doc,
});
export const optionalObject = <T extends TypeName>(type: T, doc: string): Argument<Values[T] | undefined> => ({
  type: "ID",
  object: type,
  doc,
});
export const objects = <T extends TypeName>(type: T, doc: string): Argument<readonly Values[T][]> => ({
  type: "[ID!]!",
  object: type,
  doc,
});

/** Arguments that several operations share. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how the container's variables are written.
export const expand = flag("Replace `${VAR}` and `$VAR` by the variables of the container.");
export const owner = emptyText("A user, or `user:group`, by name or number, that shall own it.");
export const optionalFlag = (doc: string): Argument<boolean | undefined> => ({ type: "Boolean", doc });
