import { z } from "zod";
import { stricter } from "./stricter.ts";

/* Schemas that several tables of the configuration share. */

export const name = z.string().min(1);
export const names = z.array(name).min(1);
export const share = z.number().min(0).max(1);
export const count = z.int().min(0);
export const pythonVersion = z.string().regex(/^3\.\d{1,2}$/, 'expected a Python version such as "3.11"');
/** What stands between the fields of a CSV file; a quotation mark and the end of a line have a meaning of their own in one. */
export const delimiter = z
  .string()
  .length(1, "expected one letter")
  .refine((letter) => !/["\r\n\0]/.test(letter), "expected a letter that is no quotation mark and no end of a line");
/** In milliseconds. */
export const duration = z.number().positive();

/** One value of a column. */
export const cell = z.union([z.string(), z.number(), z.boolean()], { error: "expected text, a number, true or false" });

export const cells = z.array(cell).min(1);

/** A table from names to values of one schema. */
export const byName = <T extends z.ZodType>(value: T) => z.record(name, value);

/** Both ends included. */
export const range = stricter(
  "narrower",
  z.tuple([z.number(), z.number()]).refine(([low, high]) => low <= high, "the lower end is above the upper"),
);

/** Whether the gate blocks a model that does not pass; if false, it only warns. */
export const required = stricter("true", z.boolean()).default(true);

const bounds = z
  .strictObject({ min: z.number().optional(), max: z.number().optional() })
  .refine((bound) => bound.min !== undefined || bound.max !== undefined, "expected { min = … }, { max = … } or both")
  .refine((bound) => (bound.min ?? -Infinity) <= (bound.max ?? Infinity), "min is greater than max");

/** A bare number is a minimum. */
export const threshold = stricter(
  "tighter",
  z.union([z.number(), bounds], {
    error: "expected a number (at least), or { min = … } and { max = … }",
  }),
);
export type Threshold = z.output<typeof threshold>;

export const boundsOf = (limit: Threshold): { readonly min?: number | undefined; readonly max?: number | undefined } =>
  typeof limit === "number" ? { min: limit } : limit;

/** Columns to group by: a name, or a list of names whose combinations are the groups. */
export const groupings = stricter(
  "more",
  z.array(z.union([name, z.array(name).min(2)], { error: "expected a column, or a list of columns to cross" })).min(1),
);
export type Grouping = z.output<typeof groupings>[number];

/** Whether two lists have the same columns in the same order. */
export const sameColumns = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((column, index) => column === b[index]);

/** The columns of a grouping. */
export const columnsOf = (grouping: Grouping): readonly string[] =>
  typeof grouping === "string" ? [grouping] : grouping;
