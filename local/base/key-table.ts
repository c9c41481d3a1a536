import type { Json } from "./json.ts";

/** Results depend on this field: `keyed` gives the parts of a key that stand for it. */
interface Keyed<From> {
  readonly keyed: (from: From) => Readonly<Record<string, Json>>;
}

/** No result depends on this field; the text says why. */
interface NotKeyed {
  readonly notKeyed: string;
}

/**
 * Says for each field of `T` how it takes part in a cache key that is made from `From`. A key that lacks a field would
 * answer with the result of other inputs, so a table is declared with `satisfies`, and one without an entry for each
 * field does not compile.
 */
export type KeyTable<T, From = T> = { readonly [Name in keyof T]-?: Keyed<From> | NotKeyed };

/** Gives the parts of a key that a table makes of `from`. */
export function keyParts<From>(
  table: Readonly<Record<string, Keyed<From> | NotKeyed>>,
  from: From,
): Readonly<Record<string, Json>> {
  const parts = Object.values(table).map((rule) => ("keyed" in rule ? rule.keyed(from) : {}));
  return Object.assign({}, ...parts);
}
