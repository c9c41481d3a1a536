import type { Json } from "./json.ts";

/** A field that results depend on, and the parts of a key that stand for it. */
interface Keyed<From> {
  readonly keyed: (from: From) => Readonly<Record<string, Json>>;
}

/** A field that no result depends on, and why. */
interface NotKeyed {
  readonly notKeyed: string;
}

/**
 * Says of each field of `T` how it takes part in a cache key, made from `From`. A field that a key forgets gives the result
 * of other inputs without a word, so a table that lacks one does not compile: it is declared with `satisfies`.
 */
export type KeyTable<T, From = T> = { readonly [Name in keyof T]-?: Keyed<From> | NotKeyed };

/** The parts of a key that a table makes of `from`. */
export function keyParts<From>(
  table: Readonly<Record<string, Keyed<From> | NotKeyed>>,
  from: From,
): Readonly<Record<string, Json>> {
  const parts = Object.values(table).map((rule) => ("keyed" in rule ? rule.keyed(from) : {}));
  return Object.assign({}, ...parts);
}
