import { kebab } from "../../base/names.ts";
import type { LoadedModule, TypeRef } from "../../runner/module/types.ts";
import type { Result } from "../../runner/runtime/chain.ts";
import { exposedName, type Json } from "../../runner/runtime/serialize.ts";
import { members, objectInfo } from "./parse.ts";

type Fields = { readonly [name: string]: Json };

/** Writes the result of a call as text for a person, or as JSON. */
export async function render(result: Result, module: LoadedModule, json: boolean): Promise<string> {
  const value =
    "client" in result ? await describeCore(result.type.name, result.client) : shown(result.json, result.type, module);
  if (json) return `${JSON.stringify(value, null, 2)}\n`;
  if (isRecord(value) && Object.keys(value).length === 0 && result.type.kind === "object") {
    return continuations(result.type.name, module);
  }
  return asText(value);
}

/** A record without fields says nothing by itself, so its functions are listed. */
function continuations(name: string, module: LoadedModule): string {
  const names = members(objectInfo(module, name)).map((member) => member.name);
  return `${name}, to be followed by one of: ${names.join(", ")}\n`;
}

/** Describes an object of Dagger at the end of a chain. Asking for its fields also carries out what it stands for. */
async function describeCore(type: string, client: object): Promise<Json> {
  const ask = async (name: string): Promise<Json> => await Reflect.get(client, name)();
  switch (type) {
    case "Directory":
      return await ask("entries");
    case "File":
      return { name: await ask("name"), size: await ask("size") };
    case "Changeset":
      return await patchOf(client);
    case "Container":
      await ask("sync");
      return {
        user: await ask("user"),
        workdir: await ask("workdir"),
        entrypoint: await ask("entrypoint"),
        defaultArgs: await ask("defaultArgs"),
      };
    default:
      return await ask("id");
  }
}

async function patchOf(changeset: object): Promise<Json> {
  const file: unknown = Reflect.get(changeset, "asPatch").call(changeset);
  return typeof file === "object" && file !== null ? await Reflect.get(file, "contents").call(file) : "";
}

/** Leaves only the exposed plain fields of records: IDs and private state say nothing to a person. */
function shown(value: Json, type: TypeRef, module: LoadedModule): Json {
  if (type.kind === "list")
    return Array.isArray(value) ? value.map((item: Json) => shown(item, type.of, module)) : value;
  if (type.kind === "enum")
    return module.enums[type.name]?.members.find((member) => member.name === value)?.value ?? value;
  if (type.kind !== "object" || typeof value !== "object" || value === null) return value;
  const fields: Record<string, Json> = {};
  for (const property of module.objects[type.name]?.properties ?? []) {
    const field = (value as Fields)[exposedName(property)];
    if (!property.exposed || field === undefined || isCore(property.type, module)) continue;
    fields[exposedName(property)] = shown(field, property.type, module);
  }
  return fields;
}

function isCore(type: TypeRef, module: LoadedModule): boolean {
  if (type.kind === "list") return isCore(type.of, module);
  return type.kind === "object" && !Object.hasOwn(module.objects, type.name);
}

function asText(value: Json): string {
  if (value === null) return "";
  if (typeof value !== "object") {
    const text = String(value);
    return text === "" || text.endsWith("\n") ? text : `${text}\n`;
  }
  return lines(value)
    .map((line) => `${line}\n`)
    .join("");
}

/** Writes a list as one item a line, and a record as `name: value` with nested values indented below their names. */
function lines(value: Json): string[] {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value;
    return items.flatMap((item) => {
      const [first = "", ...rest] = lines(item);
      return isRecord(item) ? [`- ${first}`, ...rest.map((line) => `  ${line}`)] : [first, ...rest];
    });
  }
  if (!isRecord(value)) return value === null ? [""] : String(value).replace(/\n$/, "").split("\n");
  return Object.entries(value).flatMap(([name, field]) => {
    const label = kebab(name);
    const simple = field === null || typeof field !== "object";
    const text = lines(field);
    if (Array.isArray(field) && field.length === 0) return [`${label}: none`];
    return simple && text.length === 1 ? [`${label}: ${text[0]}`] : [`${label}:`, ...text.map((line) => `  ${line}`)];
  });
}

function isRecord(value: Json): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
