import { kebab } from "../../base/names.ts";
import type { Argument, EnumInfo, FunctionInfo, LoadedModule, TypeRef } from "../../runner/module/types.ts";
import { flagRows, globalFlags } from "../options.ts";
import { columns, type Layout, type Row } from "./text.ts";

export function currentFlags(fn: FunctionInfo): readonly Argument[] {
  return fn.args.filter((arg) => arg.deprecated === undefined);
}

/** Explains each flag; below one whose value is a member of an enum, the members. */
export function flagLines(fn: FunctionInfo, module: LoadedModule, layout: Layout): string[] {
  return columns(
    currentFlags(fn).map((arg): Row => {
      const doc = [arg.doc, note(arg)].filter(Boolean).join("\n");
      return [flagUsage(arg, module), doc, memberRows(arg.type, module)];
    }),
    layout,
  );
}

/** Says of each deprecated flag what takes its place, for a person who finds it in an old script. */
export function deprecatedFlagLines(fn: FunctionInfo, layout: Layout): string[] {
  return columns(
    fn.args.flatMap((arg): Row[] => (arg.deprecated === undefined ? [] : [[`--${kebab(arg.name)}`, arg.deprecated]])),
    layout,
  );
}

export const globalFlagLines = (layout: Layout): string[] => columns(flagRows(globalFlags), layout);

function note(arg: Argument): string {
  // Documentation that names the default itself says it better.
  if (/\bDefault: /.test(arg.doc)) return "";
  if (arg.defaultPath !== undefined) {
    const path = arg.defaultPath.replace(/^\/+/, "");
    return `(default: ${path === "" ? "the project's folder" : `${path} in the project's folder`})`;
  }
  if (arg.defaultAddress !== undefined) return `(default: ${arg.defaultAddress})`;
  const value = arg.default;
  if (value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0)) {
    return `(default: ${Array.isArray(value) ? value.join(",") : String(value)})`;
  }
  if (arg.type.kind === "enum") return "";
  return arg.optional ? "" : "(required)";
}

/** Writes a flag with the form of its value: `--epochs=NUMBER`. */
export function flagUsage(arg: Argument, module: LoadedModule): string {
  const flag = `--${kebab(arg.name)}`;
  return arg.type.kind === "boolean" ? flag : `${flag}=${valueUsage(arg.type, module)}`;
}

function valueUsage(type: TypeRef, module: LoadedModule): string {
  switch (type.kind) {
    case "integer":
    case "float":
      return "NUMBER";
    case "string":
    case "scalar":
      return "TEXT";
    case "list":
      return `${valueUsage(type.of, module)},…`;
    case "enum":
      return membersOf(type.name, module)
        .map((member) => member.value)
        .join("|");
    case "object":
      return (
        { Directory: "DIR", File: "FILE", Secret: "env:NAME|file:PATH|cmd:COMMAND", Container: "IMAGE" }[type.name] ??
        "TEXT"
      );
    default:
      return "VALUE";
  }
}

/** Gives the members of an enum. The SDK's own enums have two names for some values, of which one is enough. */
function membersOf(name: string, module: LoadedModule): EnumInfo["members"] {
  const members = (module.enums[name] ?? module.coreEnum(name))?.members ?? [];
  return members.filter(({ value }, index) => members.findIndex((other) => other.value === value) === index);
}

function memberRows(type: TypeRef, module: LoadedModule): Row[] {
  if (type.kind === "list") return memberRows(type.of, module);
  if (type.kind !== "enum") return [];
  const members = membersOf(type.name, module);
  return members.some(({ doc }) => doc !== "") ? members.map(({ value, doc }): Row => [value, doc]) : [];
}
