import type { LoadedModule, ObjectInfo, PropertyInfo, TypeRef } from "../module/types.ts";

/** Plain data that passes between the functions of a chain. Objects of the engine are represented by their IDs. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Serializes the result of a function by the rules of the SDK's `entrypoint/load.js`, so that a chain means the same on
 * both engines. Objects of the engine become IDs, objects of the module become their declared properties, and members
 * of enums their names. A property that is not declared is refused.
 */
export async function serialize(value: unknown, type: TypeRef, module: LoadedModule): Promise<Json> {
  if (value === undefined || value === null) return null;
  if (hasId(value)) return await value.id();
  if (Array.isArray(value)) {
    const of = type.kind === "list" ? type.of : type;
    return await Promise.all(value.map((item) => serialize(item, of, module)));
  }
  if (type.kind === "object" && typeof value === "object") {
    const info = Object.hasOwn(module.objects, type.name) ? module.objects[type.name] : undefined;
    if (info !== undefined) return await serializeObject(value, info, module);
  }
  if (type.kind === "enum" && Object.hasOwn(module.enums, type.name)) {
    const member = module.enums[type.name]?.members.find((member) => member.value === value);
    return member?.name ?? String(value);
  }
  if (type.kind === "integer" && typeof value === "number" && !Number.isInteger(value)) {
    throw new Error(
      `cannot return float '${value}' if return type is 'number' (integer), please use 'float' as return type instead`,
    );
  }
  return JSON.parse(JSON.stringify(value));
}

async function serializeObject(value: object, info: ObjectInfo, module: LoadedModule): Promise<Json> {
  const state: Record<string, Json> = {};
  for (const [key, field] of Object.entries(value)) {
    const property = info.properties.find((property) => property.name === key);
    if (property === undefined) throw new Error(`could not find result property ${key}`);
    if (field !== undefined) state[exposedName(property)] = await serialize(field, property.type, module);
  }
  return state;
}

/** Gives the name of a property in serialized state. */
export function exposedName(property: PropertyInfo): string {
  return property.alias ?? property.name;
}

function hasId(value: unknown): value is { id(): Promise<string> } {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "function";
}
