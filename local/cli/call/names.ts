import { kebab } from "../../base/names.ts";
import type { FunctionInfo, TypeRef } from "../../runner/module/types.ts";

/** What a person types to call a function. A constructor has no name of its own: messages call it "the module". */
export function functionName(fn: Pick<FunctionInfo, "name" | "alias">): string {
  return kebab(fn.alias ?? fn.name) || "the module";
}

/** What messages and help call a type. */
export function typeName(type: TypeRef): string {
  switch (type.kind) {
    case "list":
      return `a list (${typeName(type.of)})`;
    case "void":
      return "nothing";
    case "string":
      return "text";
    case "integer":
      return "a whole number";
    case "float":
      return "a number";
    case "boolean":
      return "true or false";
    default:
      return `${/^[AEIOU]/.test(type.name) ? "an" : "a"} ${type.name}`;
  }
}
