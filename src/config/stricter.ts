import { z } from "zod";

/*
 * A policy gives floors from outside of a project, so each setting says which of two values is the stricter one. A setting
 * that says nothing must be the same in both.
 */

/** How the values of a setting compare. */
export type Direction =
  /** Of numbers the higher one is stricter, or the lower one. */
  | "higher"
  | "lower"
  /** Of Python versions the newer one. */
  | "newer"
  /** True is stricter than false. */
  | "true"
  /** Of lists the one that has more, such as of columns to look at; or the one that has less, such as of allowed values. */
  | "more"
  | "fewer"
  /** Of lists of patterns the one that has less, in the same order, and all that begin with `!`, which take back. */
  | "patterns"
  /** Of ranges the one within the other. */
  | "narrower"
  /** Of thresholds the one whose bounds lie within those of the other. */
  | "tighter"
  | "same";

export interface Strictness {
  readonly direction: Direction;
  /** What holds where the setting is absent, if its schema has no default. */
  readonly unset?: unknown;
}

const STRICTNESS = z.registry<Strictness>();

/** A copy of a schema, whose values compare in this way. Schemas are shared by settings that compare in different ways. */
export function stricter<Schema extends z.ZodType>(direction: Direction, schema: Schema, unset?: unknown): Schema {
  const own = schema.clone();
  STRICTNESS.add(own, { direction, ...(unset === undefined ? {} : { unset }) });
  return own;
}

/**
 * A setting that is absent where nobody says it, so that a message can tell a limit of the project from one that the pipeline guessed.
 *
 * @param guess what holds then, which editors and the manual show as the default
 */
export const guessed = <Schema extends z.ZodType>(direction: Direction, schema: Schema, guess: z.output<Schema>) =>
  stricter(direction, schema, guess).optional().meta({ default: guess });

/** How the values of a setting compare; undefined for a table, whose keys do. */
export function strictnessOf(schema: z.core.$ZodType): Strictness | undefined {
  const own = STRICTNESS.get(schema);
  if (own !== undefined) return own;
  const inner = innerOf(schema);
  if (inner !== undefined) return strictnessOf(inner);
  return isTable(schema) ? undefined : { direction: "same" };
}

/** What holds where a setting is absent; undefined if nothing does. */
export function unsetValueOf(schema: z.core.$ZodType): unknown {
  const unset = strictnessOf(schema)?.unset;
  if (unset !== undefined) return unset;
  if (schema instanceof z.core.$ZodDefault) return schema._zod.def.defaultValue;
  const inner = innerOf(schema);
  return inner === undefined ? undefined : unsetValueOf(inner);
}

/** The schema of a key of a table; undefined for a key that the table cannot have. */
export function schemaAt(schema: z.core.$ZodType, key: string): z.core.$ZodType | undefined {
  const inner = innerOf(schema);
  if (inner !== undefined) return schemaAt(inner, key);
  if (schema instanceof z.core.$ZodRecord) return schema._zod.def.valueType;
  if (!(schema instanceof z.core.$ZodObject)) return undefined;
  const { shape, catchall } = schema._zod.def;
  return Object.hasOwn(shape, key) ? shape[key] : catchall;
}

const isTable = (schema: z.core.$ZodType): boolean =>
  schema instanceof z.core.$ZodObject || schema instanceof z.core.$ZodRecord;

/** The schema within one that only makes it optional or gives it a default. */
const innerOf = (schema: z.core.$ZodType): z.core.$ZodType | undefined =>
  schema instanceof z.core.$ZodOptional || schema instanceof z.core.$ZodDefault || schema instanceof z.core.$ZodPrefault
    ? schema._zod.def.innerType
    : undefined;
