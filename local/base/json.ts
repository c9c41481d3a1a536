/** A value that JSON can hold. Cache keys are made of these. */
export type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json };

/**
 * Converts a plain value to JSON.
 * | @throws TypeError for what JSON cannot hold
 */
export function asJson(value: unknown): Json {
  if (value === undefined || value === null) return value;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value !== "object") throw new TypeError(`a ${typeof value} cannot be part of a key`);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asJson(item)]));
}
