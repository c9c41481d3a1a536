import { basename } from "node:path";
import { canonical, kebab, suggestion } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { Argument, FunctionInfo, LoadedModule, ObjectInfo } from "../../runner/module/types.ts";
import { globalFlags, type Options, takeGlobalFlag } from "../options.ts";
import { functionName, typeName } from "./names.ts";
import type { Link, TypedCall } from "./types.ts";

/**
 * Resolves the words of a call against the module, as `dagger call` does. Flags belong to the function before them, and
 * those before the first function to the constructor. Global flags are put into `options`.
 * | @throws UsageError for an unknown function or flag, and for a flag without its value
 */
export function parseCall(words: readonly string[], module: LoadedModule, options: Options): TypedCall {
  const main = objectInfo(module, module.main);
  const init = main.init === undefined ? undefined : new OpenLink(main, main.init, false);
  const links: OpenLink[] = [];
  for (let index = 0; index < words.length; ) {
    const word = words[index] ?? "";
    if (word.startsWith("-") && word !== "-") {
      index += takeFlag(words, index, { main, init, links }, options);
      continue;
    }
    const last = links.at(-1);
    if (last !== undefined) refusePath(last, word);
    const owner: ObjectInfo = last === undefined ? main : resultObject(last, word, module);
    links.push(findFunction(owner, word));
    index++;
  }
  return { init, links };
}

/** What has been read of a call so far. */
interface Chain {
  readonly main: ObjectInfo;
  readonly init: OpenLink | undefined;
  readonly links: readonly OpenLink[];
}

class OpenLink implements Link {
  readonly owner: ObjectInfo;
  readonly fn: FunctionInfo;
  readonly isField: boolean;
  readonly typed = new Map<string, string[]>();

  constructor(owner: ObjectInfo, fn: FunctionInfo, isField: boolean) {
    this.owner = owner;
    this.fn = fn;
    this.isField = isField;
  }
}

/** Finds an object of the module or of Dagger. */
export function objectInfo(module: LoadedModule, name: string): ObjectInfo {
  const found = Object.hasOwn(module.objects, name) ? module.objects[name] : module.core(name);
  if (found === undefined) throw new Error(`no type ${name}`);
  return found;
}

/** Gives what may follow a function that returns this object: its functions and its exposed fields. */
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
  const functions = owner.functions.map((fn) => ({ name: functionName(fn), fn, isField: false }));
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
  return new OpenLink(owner, found.fn, found.isField);
}

/**
 * No function is called as paths are written, so a folder is meant, which goes to a flag.
 * | @throws UsageError with the right line
 */
function refusePath({ fn, typed }: OpenLink, word: string): void {
  const folders = fn.args.filter(
    ({ name, type }) => !typed.has(name) && type.kind === "object" && type.name === "Directory",
  );
  const folder = folders.find(({ name }) => canonical(name) === canonical(basename(word))) ?? folders[0];
  if (folder === undefined || !/^[.~]|\/|^[A-Za-z]:\\/.test(word)) return;
  const flag = `--${kebab(folder.name)}=${word}`;
  throw new UsageError(`${word}: a folder is given by a flag: ml-pipeline ${functionName(fn)} ${flag}`);
}

/** What to write where a flag stands before the function that has it; undefined where no later word is one. */
function beforeFunction(words: readonly string[], index: number, { main }: Chain): string | undefined {
  const [word = "", next = ""] = words.slice(index);
  const [name = ""] = word.split("=", 1);
  const known = members(main);
  for (const later of words.slice(index + 1)) {
    const found = known.find((one) => canonical(one.name) === canonical(later));
    if (found?.fn.args.some((arg) => name === `--${kebab(arg.name)}`) !== true) continue;
    const value = word.includes("=") || next === later || next.startsWith("-") ? "" : ` ${next}`;
    return `${name} belongs to ${found.name} and goes after it: ml-pipeline ${found.name} ${word}${value}`;
  }
  return undefined;
}

function resultObject(last: OpenLink, word: string, module: LoadedModule): ObjectInfo {
  if (last.fn.returns.kind === "object") return objectInfo(module, last.fn.returns.name);
  const boolean = /^(true|false)$/i.test(word) ? "; a switch is turned off as --flag=false" : "";
  const what = `${functionName(last.fn)}, which gives ${typeName(last.fn.returns)}`;
  throw new UsageError(`${word}: nothing can follow ${what}${boolean}`);
}

/** @returns how many words the flag took */
function takeFlag(words: readonly string[], index: number, chain: Chain, options: Options): number {
  const scope = chain.links.at(-1) ?? chain.init;
  const word = words[index] ?? "";
  const equals = word.indexOf("=");
  const name = equals < 0 ? word : word.slice(0, equals);
  const arg = scope?.fn.args.find((arg) => name.startsWith("--") && canonical(arg.name) === canonical(name.slice(2)));
  if (scope === undefined || arg === undefined) {
    const taken = takeGlobalFlag(words, index, options);
    if (taken > 0) return taken;
    const misplaced = chain.links.length === 0 ? beforeFunction(words, index, chain) : undefined;
    throw new UsageError(misplaced ?? unknownFlag(name, scope, chain));
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

function unknownFlag(name: string, scope: OpenLink | undefined, { init, links: [first] }: Chain): string {
  const where = scope === undefined ? "the module" : functionName(scope.fn);
  if (first !== undefined && flagsOf(init).includes(name)) {
    return `${where} has no flag ${name}: it is the module's own and goes before ${functionName(first.fn)}`;
  }
  const flags = flagsOf(scope);
  const known = flags.length === 0 ? "" : `\nflags of ${where}: ${flags.join(" ")}`;
  return `${where} has no flag ${name}${suggestion(name, [...flags, ...Object.keys(globalFlags)])}${known}`;
}

/** Gives the flags to propose to a person: all but the deprecated ones. */
function flagsOf(link: OpenLink | undefined): string[] {
  return (link?.fn.args ?? []).filter((arg) => arg.deprecated === undefined).map((arg) => `--${kebab(arg.name)}`);
}
