/**
 * Validates what was read from a file. An unchanged call is answered in less time than zod takes to load, so the
 * modules on its path use these guards; everything else uses zod (`parseJson`).
 */
export type Guard<T> = (value: unknown) => value is T;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isText: Guard<string> = (value) => typeof value === "string";
export const isNumber: Guard<number> = (value) => typeof value === "number";
export const isTrueOrFalse: Guard<boolean> = (value) => typeof value === "boolean";
export const isAnything: Guard<unknown> = (value): value is unknown => true;

export const isOneOf =
  <const T extends string>(...texts: readonly T[]): Guard<T> =>
  (value): value is T =>
    texts.some((text) => text === value);

export const isListOf =
  <T>(item: Guard<T>): Guard<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every((each) => item(each));

/** Accepts an array of fixed length, with a guard for each element. */
export const isTuple =
  <T extends readonly unknown[]>(...items: { readonly [Place in keyof T]: Guard<T[Place]> }): Guard<T> =>
  (value): value is T =>
    Array.isArray(value) && value.length === items.length && items.every((item, index) => item(value[index]));

/** Accepts an object with any names, whose values all pass one guard. */
export const isRecordOf =
  <T>(item: Guard<T>): Guard<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    isObject(value) && Object.values(value).every((each) => item(each));

type OptionalNames<T> = { [Name in keyof T]-?: undefined extends T[Name] ? Name : never }[keyof T];

/**
 * Accepts an object of type `T`. The type checker demands a guard for each field. A field in `optional` may be absent
 * but not null; fields that `T` does not have are ignored.
 */
export const isObjectOf =
  <T extends object>(
    fields: { readonly [Name in keyof T]-?: Guard<Exclude<T[Name], undefined>> | Guard<T[Name]> },
    optional: readonly OptionalNames<T>[] = [],
  ): Guard<T> =>
  (value): value is T => {
    if (!isObject(value)) return false;
    const absent = new Set<PropertyKey>(optional);
    return Object.entries<Guard<unknown>>(fields).every(([name, check]) =>
      value[name] === undefined ? absent.has(name) : check(value[name]),
    );
  };

export const isEither =
  <T extends readonly unknown[]>(...guards: { readonly [Place in keyof T]: Guard<T[Place]> }): Guard<T[number]> =>
  (value): value is T[number] =>
    guards.some((guard) => guard(value));

/** Parses JSON that passes a guard. Undefined for any other text: it may be damaged, cut off, or of another version. */
export function readJson<T>(isRight: Guard<T>, text: string): T | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRight(value) ? value : undefined;
  } catch {
    // The text is not JSON.
    return undefined;
  }
}
