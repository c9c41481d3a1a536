import { canonical, kebab, suggestion } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { Argument, FunctionInfo, LoadedModule, ObjectInfo, TypeRef } from "../../runner/module/types.ts";
import { globalFlags, type Options, takeGlobalFlag } from "../options.ts";
import type { Link, TypedCall } from "./types.ts";

export interface Parsed extends TypedCall {
  /** Where in `words` each link's name stands; its flags follow. */
  readonly positions: readonly number[];
}

/**
 * Resolves the words of a call against the module, as `dagger call` takes them. Flags belong to the function before
 * them, those before the first function to the constructor. Global flags are put into `options`.
 * @throws UsageError for an unknown function or flag and for a flag without its value
 */
export function parseCall(words: readonly string[], module: LoadedModule, options: Options): Parsed {
  const main = objectInfo(module, module.main);
  const init = main.init === undefined ? undefined : new OpenLink(main, main.init, false, module.main);
  const links: OpenLink[] = [];
  const positions: number[] = [];
  let scope: OpenLink | undefined = init;
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? "";
    if (word.startsWith("-") && word !== "-") {
      index += takeFlag(words, index, scope, options, links.length === 0 ? init : undefined);
      continue;
    }
    const owner: ObjectInfo = links.length === 0 ? main : resultObject(links.at(-1), word, module);
    scope = findFunction(owner, word);
    links.push(scope);
    positions.push(index);
    index++;
  }
  return { init, links, positions };
}

class OpenLink implements Link {
  readonly owner: ObjectInfo;
  readonly fn: FunctionInfo;
  readonly isField: boolean;
  readonly typed = new Map<string, string[]>();
  readonly label: string;

  constructor(owner: ObjectInfo, fn: FunctionInfo, isField: boolean, label: string) {
    this.owner = owner;
    this.fn = fn;
    this.isField = isField;
    this.label = label;
  }
}

/** The object of that name, of the module or of Dagger's own. */
export function objectInfo(module: LoadedModule, name: string): ObjectInfo {
  const found = Object.hasOwn(module.objects, name) ? module.objects[name] : module.core(name);
  if (found === undefined) throw new Error(`no type ${name}`);
  return found;
}

/** What may follow a function: all functions of the object that it gives, its exposed fields included. */
export function members(owner: ObjectInfo): { name: string; fn: FunctionInfo; isField: boolean }[] {
  const fields = owner.properties
    .filter((property) => property.exposed)
    .map((property) => ({
      name: kebab(property.alias ?? property.name),
      isField: true,
      fn: {
        name: property.name,
        ...(property.alias ? { alias: property.alias } : {}),
        doc: property.doc,
        args: [],
        returns: property.type,
        cache: "",
        check: false,
      },
    }));
  const functions = owner.functions.map((fn) => ({ name: kebab(fn.alias ?? fn.name), fn, isField: false }));
  return [...functions, ...fields];
}

function findFunction(owner: ObjectInfo, word: string): OpenLink {
  const known = members(owner);
  const found = known.find(({ name }) => canonical(name) === canonical(word));
  if (found === undefined) {
    const what = owner.kind === "core" ? `a ${owner.name} has no function ${word}` : `no function ${word}`;
    const names = known.map(({ name }) => name);
    const list = owner.kind === "core" ? "" : `\nfunctions: ${names.join(", ")}`;
    throw new UsageError(`${what}${suggestion(word, names)}${list}`);
  }
  return new OpenLink(owner, found.fn, found.isField, found.name);
}

function resultObject(last: OpenLink | undefined, word: string, module: LoadedModule): ObjectInfo {
  const type: TypeRef = last?.fn.returns ?? { kind: "void" };
  if (type.kind === "object") return objectInfo(module, type.name);
  const boolean = /^(true|false)$/i.test(word) ? "; a switch is turned off as --flag=false" : "";
  throw new UsageError(`${word}: nothing can follow ${last?.label}, which gives ${typeName(type)}${boolean}`);
}

/** How a type is called in messages and help. */
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

/** @returns how many words the flag took */
function takeFlag(
  words: readonly string[],
  index: number,
  scope: OpenLink | undefined,
  options: Options,
  init: OpenLink | undefined,
): number {
  const word = words[index] ?? "";
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const arg = scope?.fn.args.find((arg) => name.startsWith("--") && canonical(arg.name) === canonical(name.slice(2)));
  if (scope === undefined || arg === undefined) {
    const taken = takeGlobalFlag(words, index, options);
    if (taken > 0) return taken;
    throw new UsageError(unknownFlag(name, scope, init));
  }
  let value = equals < 0 ? undefined : word.slice(equals + 1);
  let taken = 1;
  if (value === undefined && arg.type.kind === "boolean") value = "true";
  if (value === undefined) {
    value = words[index + 1];
    taken = 2;
  }
  if (value === undefined) throw new UsageError(`${name} needs a value: ${typeName(arg.type)}`);
  const before = scope.typed.get(arg.name) ?? [];
  scope.typed.set(arg.name, isList(arg) ? [...before, value] : [value]);
  return taken;
}

export function isList(arg: Argument): boolean {
  return arg.type.kind === "list";
}

function unknownFlag(name: string, scope: OpenLink | undefined, init: OpenLink | undefined): string {
  const flags = scope?.fn.args.map((arg) => `--${kebab(arg.name)}`) ?? [];
  const where = scope === undefined || scope === init ? "the module" : scope.label;
  const known = flags.length === 0 ? "" : `\nflags of ${where}: ${flags.join(" ")}`;
  return `${where} has no flag ${name}${suggestion(name, [...flags, ...Object.keys(globalFlags)])}${known}`;
}
