import { z } from "zod";
import { configSchema } from "../../../src/context/schema.ts";
import { ANY, settingComments } from "./comments.ts";

/** The JSON Schema of one setting, as far as zod writes it for a configuration. */
export interface SettingSchema {
  readonly $schema?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly maxLength?: number;
  readonly items?: SettingSchema | readonly SettingSchema[];
  readonly anyOf?: readonly SettingSchema[];
  readonly properties?: Readonly<Record<string, SettingSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SettingSchema | boolean;
}

export interface Setting {
  /** `*` stands for a name of the user's own: a column, a metric. */
  readonly path: readonly string[];
  readonly schema: SettingSchema;
  /** Whether the table that it is in cannot do without it. */
  readonly required: boolean;
}

/** What zod writes where a whole number has no limit of its own. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

/** The JSON Schema of a project's configuration, with the comments in the source as descriptions. */
export function configurationSchema(): SettingSchema {
  const written: SettingSchema = JSON.parse(
    JSON.stringify(z.toJSONSchema(configSchema, { io: "input", target: "draft-7" })),
  );
  return described(written, [], settingComments());
}

function described(
  schema: SettingSchema,
  path: readonly string[],
  comments: ReadonlyMap<string, string>,
): SettingSchema {
  const { properties, additionalProperties, default: value, maximum, ...rest } = schema;
  const description = comments.get(path.join("."));
  return {
    ...(description === undefined ? {} : { description }),
    ...rest,
    ...(value === undefined || isTable(value) ? {} : { default: value }),
    ...(maximum === undefined || maximum === NO_LIMIT ? {} : { maximum }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([key, one]) => [key, described(one, [...path, key], comments)]),
          ),
        }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties:
            typeof additionalProperties === "boolean"
              ? additionalProperties
              : described(additionalProperties, [...path, ANY], comments),
        }),
  };
}

const isTable = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

/** All settings of a schema, each table before what is in it. */
export function settingsIn(schema: SettingSchema, path: readonly string[] = []): Setting[] {
  const named = Object.entries(schema.properties ?? {}).flatMap(([key, one]): Setting[] => [
    { path: [...path, key], schema: one, required: schema.required?.includes(key) ?? false },
    ...settingsIn(one, [...path, key]),
  ]);
  const any = schema.additionalProperties;
  return typeof any === "object" && any.properties !== undefined
    ? [...named, ...settingsIn(any, [...path, ANY])]
    : named;
}

/** What a person writes there: `whole number, 2 to 10,000`, `list of text`. */
export function formText(schema: SettingSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return `one of ${schema.enum.map((one) => `\`${JSON.stringify(one)}\``).join(", ")}`;
  if (schema.anyOf !== undefined) return schema.anyOf.map(formText).join(" or ");
  if (Array.isArray(schema.type)) return schema.type.map((type) => formText({ type })).join(" or ");
  switch (schema.type) {
    case "boolean":
      return "`true` or `false`";
    case "string":
      return schema.maxLength === 1 ? "one letter" : "text";
    case "integer":
    case "number":
      return [schema.type === "integer" ? "whole number" : "number", limitsText(schema)].filter(Boolean).join(", ");
    case "array":
      return listText(schema.items);
    case "object":
      return tableText(schema);
    default:
      throw new Error(`no words for ${JSON.stringify(schema)}`);
  }
}

function limitsText({ minimum, exclusiveMinimum, maximum }: SettingSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `${grouped(minimum)} to ${grouped(maximum)}`;
  if (minimum !== undefined) return `at least ${grouped(minimum)}`;
  if (exclusiveMinimum !== undefined) return `more than ${grouped(exclusiveMinimum)}`;
  return maximum === undefined ? "" : `at most ${grouped(maximum)}`;
}

function listText(items: SettingSchema["items"]): string {
  if (items === undefined) return "list";
  if ("length" in items) return `\`[${items.map(formText).join(", ")}]\``;
  const inner = formText(items);
  return `list of ${inner.includes(" or ") ? `(${inner})` : inner}`;
}

function tableText({ properties, additionalProperties: any }: SettingSchema): string {
  if (typeof any === "object" && properties === undefined) return `table of names, each with ${formText(any)}`;
  const keys = Object.keys(properties ?? {}).map((key) => `\`${key}\``);
  return `table (${keys.join(", ")}${typeof any === "object" ? ", …" : ""})`;
}

const grouped = (value: number): string => value.toLocaleString("en-US");
