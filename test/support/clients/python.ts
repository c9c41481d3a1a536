import { kebab, pascal } from "../../../local/base/names.ts";
import { type Imported, importedName, isOptional } from "../../../local/runner/module/client.ts";
import type { Argument, FunctionInfo, ObjectInfo, TypeRef } from "../../../local/runner/module/types.ts";

/**
 * The types of `dagger_gen.py`, in which Dagger's Python SDK looks for the client of a module's dependencies, as its own generator names
 * and forms them.
 */
export function pythonClient(imported: Imported): string {
  const { info, name } = imported;
  const init = info.objects[info.main]?.init?.args ?? [];
  return [
    "from dagger.client.base import Enum, Type",
    "from dagger.client.gen import Client as Core",
    ...coreNames(imported).map((type) => `from dagger.client.gen import ${type} as ${type}`),
    ...Object.values(info.enums).map((type) =>
      block(
        `class ${importedName(imported, type.name)}(Enum)`,
        type.members.map((member) => `${member.name} = ${JSON.stringify(member.value)}`),
      ),
    ),
    ...Object.values(info.objects).map((type) =>
      block(
        `class ${importedName(imported, type.name)}(Type)`,
        fieldsOf(type).map((fn) => method(imported, fn)),
      ),
    ),
    block("class Client(Core)", [`def ${snake(name)}(${parameters(imported, init)}) -> ${pascal(name)}: ...`]),
    "dag: Client",
    "",
  ].join("\n");
}

const block = (head: string, lines: readonly string[]): string =>
  [`${head}:`, ...(lines.length === 0 ? ["..."] : lines).map((line) => `    ${line}`)].join("\n");

/** The functions of an object and what of its properties is exposed, as functions without arguments. */
export const fieldsOf = ({ functions, properties }: ObjectInfo): readonly FunctionInfo[] => [
  ...functions,
  ...properties
    .filter(({ exposed }) => exposed)
    .map(({ name, doc, type }) => ({ name, doc, args: [], returns: type, cache: "", check: false })),
];

function method(imported: Imported, fn: FunctionInfo): string {
  const asked = fn.returns.kind === "object" ? "def" : "async def";
  return `${asked} ${snake(fn.name)}(${parameters(imported, fn.args)}) -> ${typeText(imported, fn.returns)}: ...`;
}

function parameters(imported: Imported, args: readonly Argument[]): string {
  const [required, optional] = [args.filter((arg) => !isOptional(arg)), args.filter(isOptional)];
  return [
    "self",
    ...required.map((arg) => `${snake(arg.name)}: ${typeText(imported, arg.type)}`),
    ...(optional.length === 0 ? [] : ["*"]),
    ...optional.map((arg) => `${snake(arg.name)}: ${typeText(imported, arg.type)} | None = None`),
  ].join(", ");
}

const KEYWORDS = ["assert", "class", "del", "from", "global", "import", "in", "is", "lambda", "pass", "raise", "with"];

/** `buildImage` is `build_image`, and `assert` is `assert_`. */
function snake(name: string): string {
  const words = kebab(name).replaceAll("-", "_");
  return KEYWORDS.includes(words) ? `${words}_` : words;
}

function typeText(imported: Imported, type: TypeRef): string {
  switch (type.kind) {
    case "string":
      return "str";
    case "integer":
      return "int";
    case "boolean":
      return "bool";
    case "void":
      return "None";
    case "list":
      return `list[${typeText(imported, type.of)}]`;
    case "float":
      return "float";
    default:
      return ownName(imported, type.name);
  }
}

/** The types of Dagger itself that a dependency takes and gives. */
export function coreNames({ info }: Imported): string[] {
  const nameOf = (type: TypeRef): string[] =>
    type.kind === "list" ? nameOf(type.of) : "name" in type ? [type.name] : [];
  const types = Object.values(info.objects).flatMap((object) =>
    [...fieldsOf(object), ...(object.init === undefined ? [] : [object.init])].flatMap(({ args, returns }) => [
      returns,
      ...args.map(({ type }) => type),
    ]),
  );
  const own = (name: string): boolean => Object.hasOwn(info.objects, name) || Object.hasOwn(info.enums, name);
  return [...new Set(types.flatMap(nameOf))].filter((name) => name !== "" && !own(name)).sort();
}

/** A type of the dependency has its name before it; one of Dagger has not. */
export const ownName = (imported: Imported, name: string): string =>
  Object.hasOwn(imported.info.objects, name) || Object.hasOwn(imported.info.enums, name)
    ? importedName(imported, name)
    : name;
