import { fileURLToPath } from "node:url";
import { operations } from "../../../local/api/operations/index.ts";
import { readCoreTypes } from "../../../local/runner/module/core-types.ts";
import { code, table } from "./markdown.ts";

const DECLARATIONS = fileURLToPath(
  new URL("../../../node_modules/dagger-sdk/dist/src/api/client.gen.d.ts", import.meta.url),
);

/** The fields of each type of Dagger's API, as the SDK's client has them, without those that load an object by its ID. */
function officialFields(): ReadonlyMap<string, readonly string[]> {
  const types = Object.entries(readCoreTypes(DECLARATIONS)).flatMap(([name, type]) =>
    "functions" in type ? [[name === "Client" ? "Query" : name, type] as const] : [],
  );
  return new Map(
    types.map(([name, { functions }]) => [
      name,
      functions.map((fn) => fn.alias ?? fn.name).filter((field) => field !== "id" && !/^load\w+FromID$/.test(field)),
    ]),
  );
}

/** What of Dagger's API the included engine has, by type, and how much of it it lacks. */
export function engineApiText(): string {
  const official = officialFields();
  const offered = [...new Set(operations.map(({ on }) => on))].sort((a, b) => a.localeCompare(b));
  const rows = offered.map((type) => {
    const fields = operations.filter(({ on }) => on === type).map(({ name }) => name);
    const lacks = (official.get(type) ?? missing(type)).filter((name) => !fields.includes(name));
    return [
      code(type),
      fields
        .toSorted((a, b) => a.localeCompare(b))
        .map(code)
        .join(", "),
      String(lacks.length),
    ];
  });
  const others = [...official].filter(([type]) => !offered.some((known) => known === type));
  const fields = others.reduce((sum, [, names]) => sum + names.length, 0);
  const list = table(["Type", "Fields", "Fields of Dagger's that it lacks"], rows);
  return `${list}\n\nDagger's API has ${others.length} more types, with ${fields} fields, which the included engine lacks.`;
}

function missing(type: string): never {
  throw new Error(`Dagger's API has no type ${type}, of which the included engine has fields`);
}
