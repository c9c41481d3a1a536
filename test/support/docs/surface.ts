import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** The module's public surface as test/surface.test.ts pins it: enough to print it and to check commands against it. */
const FILE = fileURLToPath(new URL("../../__snapshots__/surface.snap", import.meta.url));

const named = z.object({ kind: z.string(), name: z.string().optional() });
const typeRef = named.extend({ of: named.optional() });
const argument = z.object({
  name: z.string(),
  doc: z.string(),
  type: typeRef,
  optional: z.boolean(),
  default: z.unknown().optional(),
  defaultPath: z.string().optional(),
  /** What to use instead. */
  deprecated: z.string().optional(),
});
const fn = z.object({
  name: z.string(),
  doc: z.string(),
  args: z.array(argument),
  returns: typeRef,
  cache: z.string(),
  check: z.boolean(),
});
const property = z.object({ name: z.string(), doc: z.string(), type: typeRef });
const object = z.object({
  name: z.string(),
  doc: z.string(),
  init: fn.optional(),
  functions: z.array(fn),
  properties: z.array(property),
});
const enumeration = z.object({ name: z.string(), members: z.array(z.object({ value: z.string() })) });
const surface = z.object({ name: z.string(), objects: z.array(object), enums: z.record(z.string(), enumeration) });

export type TypeRef = z.output<typeof typeRef>;
export type Argument = z.output<typeof argument>;
export type FunctionInfo = z.output<typeof fn>;
export type ObjectInfo = z.output<typeof object>;

const { name, objects, enums } = surface.parse(JSON.parse(readFileSync(FILE, "utf8")));

export const objectNamed = (wanted: string | undefined): ObjectInfo | undefined =>
  objects.find((one) => one.name === wanted);

export const mainObject: ObjectInfo = objectNamed(name) ?? missing(name);

/** What functions give that is not the module's main object. */
export const records: readonly ObjectInfo[] = objects.filter((one) => one !== mainObject);

/** Whether an argument of a function has moved to the constructor, and is kept for compatibility. */
export const isDeprecated = ({ name, deprecated }: Argument): boolean =>
  deprecated !== undefined || (mainObject.init?.args.some((arg) => arg.name === name) ?? false);

export const valuesOf = (type: TypeRef): readonly string[] =>
  enums[type.name ?? ""]?.members.map(({ value }) => value) ?? [];

function missing(what: string): never {
  throw new Error(`${FILE} has no ${what}`);
}
