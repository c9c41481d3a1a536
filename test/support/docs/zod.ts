import { z } from "zod";

export type Schema = z.core.$ZodType;

/** A schema without what only makes it optional or gives it a default. `onInner` is told of each step. */
export function unwrap(schema: Schema, onInner: () => void = () => {}): Schema {
  if (
    schema instanceof z.core.$ZodOptional ||
    schema instanceof z.core.$ZodDefault ||
    schema instanceof z.core.$ZodPrefault
  ) {
    onInner();
    return unwrap(schema._zod.def.innerType, onInner);
  }
  return schema;
}

/** The keys of a table, if it is one. */
export const shapeOf = (schema: Schema): Readonly<Record<string, Schema>> | undefined =>
  schema instanceof z.core.$ZodObject ? schema._zod.def.shape : undefined;

/** What a table with names of the user's own has under each of them. */
export const innerOf = (schema: Schema): { readonly schema: Schema; readonly name: "valueType" } | undefined =>
  schema instanceof z.core.$ZodRecord ? { schema: schema._zod.def.valueType, name: "valueType" } : undefined;
