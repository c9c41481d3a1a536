import { camel, pascal } from "../../base/names.ts";
import type { Argument, EnumInfo, FunctionInfo, ModuleInfo, ObjectInfo, TypeRef } from "./types.ts";

/** A module as the one that depends on it sees it. */
export interface Imported {
  /** What the importing module calls it. */
  readonly name: string;
  readonly info: ModuleInfo;
}

/** The name that an importing module knows a type of a dependency by: the dependency's name stands before it, unless the type has it already. */
export function importedName({ name, info }: Imported, type: string): string {
  const prefix = pascal(name);
  const rest = type.startsWith(info.main) ? type.slice(info.main.length) : type;
  return prefix + (rest === "" || /^[A-Z]/.test(rest) ? rest : type);
}

/**
 * Writes the client of dependencies, in TypeScript: the SDK with `dag.NAME()` for each of them, and their types, named and formed as
 * Dagger's own generator does it. `dagger-sdk` is the SDK without them.
 */
export function clientText(imported: readonly Imported[]): string {
  const types = imported.flatMap((one) => [
    ...Object.values(one.info.enums).map((type) => enumText(one, type)),
    ...Object.values(one.info.objects).map((type) => objectText(one, type)),
  ]);
  return [
    // It is checked by who imports it; within it the SDK's protected context is used.
    "// @ts-nocheck",
    'import * as core from "dagger-sdk";',
    'export * from "dagger-sdk";',
    "class Base {",
    "  constructor(protected _ctx = new core.Context()) {}",
    "}",
    ...types,
    "export interface Dependencies {",
    ...imported.map((one) => {
      const fn = constructorOf(one);
      return `  ${fn.name}(${parameters(one, fn, rootOptions(one))}): ${resultType(one, fn)};`;
    }),
    ...imported.flatMap((one) => loaders(one).map(({ name, type }) => `  ${name}(id: core.ID): ${type};`)),
    "}",
    "export type Client = core.Client & Dependencies;",
    "export const dag = core.dag as Client;",
    "Object.assign(core.Client.prototype, {",
    ...imported.map((one) => {
      const fn = constructorOf(one);
      return `  ${fn.name}(${parameters(one, fn, rootOptions(one))}) { return ${result(one, fn)}; },`;
    }),
    ...imported.flatMap((one) =>
      loaders(one).map(
        ({ name, type }) => `  ${name}(id) { return new ${type}(this._ctx.selectNode(id, "${type}")); },`,
      ),
    ),
    "});",
    "",
  ].join("\n");
}

const rootOptions = (of: Imported): string => `Client${pascal(of.name)}Opts`;

const constructorOf = (of: Imported): FunctionInfo => ({
  ...{ doc: "", cache: "", check: false, args: of.info.objects[of.info.main]?.init?.args ?? [] },
  ...{ name: camel(of.name), returns: { kind: "object", name: of.info.main } },
});

const loaders = (of: Imported): { readonly name: string; readonly type: string }[] =>
  Object.keys(of.info.objects).map((name) => {
    const type = importedName(of, name);
    return { name: `load${type}FromID`, type };
  });

function enumText(of: Imported, { name, members }: EnumInfo): string {
  const type = importedName(of, name);
  const entries = members.map((member) => `${memberName(member.name)} = ${JSON.stringify(member.value)}`);
  const names = members.map((member) => `${JSON.stringify(member.value)}: "${member.name}"`);
  return `export enum ${type} { ${entries.join(", ")} }\nconst ${type}Names = { ${names.join(", ")} };`;
}

/** `QUICK` is `Quick`. */
const memberName = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase();

function objectText(of: Imported, object: ObjectInfo): string {
  const type = importedName(of, object.name);
  const functions = [...object.functions, ...object.properties.filter(({ exposed }) => exposed).map(asFunction)];
  const isMain = object.name === of.info.main;
  const options = [
    ...(isMain ? [optionsText(of, constructorOf(of), rootOptions(of))] : []),
    ...functions.map((fn) => optionsText(of, fn, optionsOf(type, fn))),
  ];
  return [
    ...options.filter((text) => text !== ""),
    `export class ${type} extends Base {`,
    `  id = async (): Promise<core.ID> => this._ctx.select("id").execute();`,
    ...functions.map((fn) => {
      const asks = isLazy(fn) ? "" : "async ";
      const given = parameters(of, fn, optionsOf(type, fn));
      return `  ${fieldName(fn)} = ${asks}(${given}): ${resultType(of, fn)} => ${result(of, fn)};`;
    }),
    "}",
  ].join("\n");
}

const asFunction = ({ name, alias, doc, type }: ObjectInfo["properties"][number]): FunctionInfo => ({
  ...{ name, doc, args: [], returns: type, cache: "", check: false },
  ...(alias === undefined ? {} : { alias }),
});

const optionsOf = (type: string, fn: FunctionInfo): string => `${type}${pascal(fn.name)}Opts`;

/** Whether the caller may leave an argument out: also where its default is a folder of the dependency. */
export const isOptional = ({ optional, defaultPath, defaultAddress }: Argument): boolean =>
  optional || defaultPath !== undefined || defaultAddress !== undefined;

function optionsText(of: Imported, { args }: FunctionInfo, name: string): string {
  const fields = args.filter(isOptional).map((arg) => `${arg.name}?: ${typeText(of, arg.type)};`);
  return fields.length === 0 ? "" : `export type ${name} = { ${fields.join(" ")} };`;
}

function parameters(of: Imported, { args }: FunctionInfo, options: string): string {
  const required = args.filter((arg) => !isOptional(arg)).map((arg) => `${arg.name}: ${typeText(of, arg.type)}`);
  return [...required, ...(args.some(isOptional) ? [`opts?: ${options}`] : [])].join(", ");
}

/** Objects are made without asking anything; lists and plain values are asked for. */
const isLazy = ({ returns }: FunctionInfo): boolean => returns.kind === "object";

const fieldName = ({ name, alias = name }: FunctionInfo): string => alias;

function resultType(of: Imported, fn: FunctionInfo): string {
  const type = typeText(of, fn.returns);
  return isLazy(fn) ? type : `Promise<${type}>`;
}

/** The expression that a function is. */
function result(of: Imported, fn: FunctionInfo): string {
  const required = fn.args.filter((arg) => !isOptional(arg)).map(({ name }) => name);
  const enums = fn.args.flatMap(({ name, type }) => {
    const isOwn = type.kind === "enum" && Object.hasOwn(of.info.enums, type.name);
    if (!isOwn) return [];
    const names = `${importedName(of, type.name)}Names`;
    return [`${name}: { is_enum: true, value_to_name: (value) => ${names}[value] ?? value }`];
  });
  const given = [
    ...required,
    ...(fn.args.some(isOptional) ? ["...opts"] : []),
    ...(enums.length > 0 ? [`__metadata: { ${enums.join(", ")} }`] : []),
  ];
  const args = given.length === 0 ? "" : `, { ${given.join(", ")} }`;
  const selected = `this._ctx.select("${fieldName(fn)}"${args})`;
  const { returns } = fn;
  if (returns.kind === "object") return `new ${typeText(of, returns)}(${selected})`;
  if (returns.kind !== "list" || returns.of.kind !== "object") return `${selected}.execute()`;
  const item = typeText(of, returns.of);
  const node = item.replace(/^core\./, "");
  return `(await ${selected}.select("id").execute()).map(({ id }) => new ${item}(new core.Context().selectNode(id, "${node}")))`;
}

function typeText(of: Imported, type: TypeRef): string {
  switch (type.kind) {
    case "integer":
    case "float":
      return "number";
    case "list":
      return `${typeText(of, type.of)}[]`;
    case "object":
    case "enum":
      return Object.hasOwn(of.info.objects, type.name) || Object.hasOwn(of.info.enums, type.name)
        ? importedName(of, type.name)
        : `core.${type.name}`;
    case "scalar":
    case "interface":
    case "input":
      return `core.${type.name}`;
    default:
      return type.kind;
  }
}

/**
 * Refuses a public function that takes or gives a type of a dependency, as the Dagger engine does.
 * | @throws Error naming the function
 */
export function refuseForeign(module: ModuleInfo, imported: readonly Imported[]): void {
  const foreign = new Set(
    imported.flatMap((one) =>
      [...Object.keys(one.info.objects), ...Object.keys(one.info.enums)].map((name) => importedName(one, name)),
    ),
  );
  const nameOf = (type: TypeRef): string =>
    type.kind === "list" ? nameOf(type.of) : "name" in type ? type.name : type.kind;
  for (const { name: owner, functions, properties } of Object.values(module.objects)) {
    const types = [
      ...functions.flatMap((fn) =>
        [fn.returns, ...fn.args.map(({ type }) => type)].map((type) => ({ of: fn.name, type })),
      ),
      ...properties.filter(({ exposed }) => exposed).map(({ name, type }) => ({ of: name, type })),
    ];
    const found = types.find(({ type }) => foreign.has(nameOf(type)));
    if (found !== undefined) {
      throw new Error(
        `${owner}.${found.of} has the type ${nameOf(found.type)} of a dependency: give its fields instead, in types of Dagger or of the module`,
      );
    }
  }
}
