import { resolve } from "node:path";
import { kebab } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { Call, Step, Value } from "../../runner/call.ts";
import type { EngineName } from "../../runner/engine/choice.ts";
import type { Argument, LoadedModule, TypeRef } from "../../runner/module/types.ts";
import { projectRoot } from "../project.ts";
import { functionName } from "./names.ts";
import { isList } from "./parse.ts";
import { defaultDirectory, defaultFolder, directory, file, secret } from "./resources.ts";
import { boolean, enumMember, float, integer, splitList } from "./scalars.ts";
import type { Link, TypedCall } from "./types.ts";

export interface CallContext {
  readonly module: LoadedModule;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly engine: EngineName;
}

/**
 * Converts every argument of a call and fills in defaults, so that mistakes are found before anything is started.
 * | @throws UsageError naming the flag, the value and the expected form
 */
export function convertCall(call: TypedCall, context: CallContext): Call {
  return {
    init: call.init === undefined ? undefined : convertLink(call.init, context),
    steps: call.links.map((link) => convertLink(link, context)),
  };
}

function convertLink(link: Link, context: CallContext): Step {
  const args = new Map<string, Value>();
  const missing: string[] = [];
  for (const arg of link.fn.args) {
    const typed = typedFor(arg, link);
    const value = typed === undefined ? defaultValue(arg, context) : convertTyped(arg, typed, context);
    if (value !== undefined) args.set(arg.name, value);
    else if (!arg.optional) missing.push(`--${kebab(arg.name)}`);
  }
  requireOneProject(link, context);
  if (missing.length > 0) {
    const name = functionName(link.fn);
    throw new UsageError(`${name} needs ${missing.join(" and ")}${link.fn.name === "" ? "" : ` (see ${name} --help)`}`);
  }
  const { owner, fn, isField } = link;
  return { owner, fn, isField, args };
}

/** What was typed for an argument: another folder whose default is the project's root is that of the project that is named. */
const typedFor = ({ name, defaultPath }: Argument, { typed }: Link): readonly string[] | undefined =>
  typed.get(name) ?? (defaultPath === PROJECT ? typed.get("source") : undefined);

/** The default path of what takes the whole project. */
const PROJECT = "/";

/**
 * Refuses a call that names another project for one folder and leaves others to their defaults, which are folders of the
 * project that the caller is in: the one's code would be run on the other's data.
 */
function requireOneProject(link: Link, { cwd }: CallContext): void {
  const root = projectRoot(cwd);
  const folders = link.fn.args.flatMap((arg) =>
    arg.type.kind === "object" && arg.type.name === "Directory" && arg.defaultPath !== undefined
      ? [
          {
            flag: `--${kebab(arg.name)}`,
            given: typedFor(arg, link)?.at(-1),
            standard: defaultFolder(root, arg.defaultPath),
          },
        ]
      : [],
  );
  const elsewhere = folders.find(({ given, standard }) => given !== undefined && resolve(cwd, given) !== standard);
  const left = folders.find(({ given }) => given === undefined);
  // Only who names the root of another project means another project.
  if (elsewhere === undefined || left === undefined || elsewhere.standard !== root) return;
  throw new UsageError(
    `${elsewhere.flag} names another project, and ${left.flag} is not given: its default is ${left.standard}, not a folder ` +
      `of ${elsewhere.given}. Name both.`,
  );
}

function convertTyped(arg: Argument, typed: readonly string[], context: CallContext): Value {
  const flag = `--${kebab(arg.name)}`;
  if (!isList(arg)) return convertOne(flag, typed.at(-1) ?? "", arg.type, arg, context);
  const of = arg.type.kind === "list" ? arg.type.of : arg.type;
  const items = typed.flatMap((text) => splitList(flag, text));
  return { kind: "list", items: items.map((item) => convertOne(flag, item, of, arg, context)) };
}

function convertOne(flag: string, text: string, type: TypeRef, arg: Argument, context: CallContext): Value {
  switch (type.kind) {
    case "string":
    case "scalar":
      return { kind: "plain", value: text };
    case "integer":
      return { kind: "plain", value: integer(flag, text) };
    case "float":
      return { kind: "plain", value: float(flag, text) };
    case "boolean":
      return { kind: "plain", value: boolean(flag, text) };
    case "enum":
      return { kind: "plain", value: enumMember(flag, text, enumInfo(context.module, type.name)) };
    case "object":
      return convertObject(flag, text, type.name, arg, context);
    default:
      throw new UsageError(`${flag}: cannot be given on the command line`);
  }
}

/**
 * Finds an enum of the module or of Dagger. The SDK takes the value of Dagger's own members, and the name of a
 * module's.
 */
export function enumInfo(module: LoadedModule, name: string) {
  const declared = Object.hasOwn(module.enums, name) ? module.enums[name] : undefined;
  const found = declared ?? module.coreEnum(name);
  if (found === undefined) throw new Error(`no enum ${name}`);
  return { ...found, passedBy: declared === undefined ? ("value" as const) : ("name" as const) };
}

function convertObject(flag: string, text: string, type: string, arg: Argument, context: CallContext): Value {
  switch (type) {
    case "Directory":
      return directory(flag, text, arg.ignore ?? [], context);
    case "File":
      return file(flag, text, context);
    case "Secret":
      return secret(flag, text, context);
    case "Container":
      if (text === "") throw new UsageError(`${flag}: expected an image, such as python:3.11-slim`);
      return { kind: "container", address: text };
    case "CacheVolume":
      return { kind: "cache", key: text };
    default:
      if (context.engine === "dagger") return { kind: "plain", value: text };
      throw new UsageError(`${flag}: a ${type} as an argument needs the Dagger engine (--engine=dagger)`);
  }
}

function defaultValue(arg: Argument, context: CallContext): Value | undefined {
  if (arg.defaultPath !== undefined && arg.type.kind === "object") {
    const flag = `--${kebab(arg.name)}`;
    return defaultDirectory(flag, arg.type.name, arg.defaultPath, arg.ignore ?? [], projectRoot(context.cwd));
  }
  if (arg.defaultAddress !== undefined) return { kind: "container", address: arg.defaultAddress };
  return primitiveDefault(arg, context);
}

/**
 * The engine fills in defaults of plain types only, and leaves those of lists and objects to the function. So does
 * this.
 */
function primitiveDefault(arg: Argument, context: CallContext): Value | undefined {
  const { default: value, type } = arg;
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  if (type.kind === "list" || type.kind === "object") return undefined;
  if (type.kind !== "enum") return { kind: "plain", value };
  const info = enumInfo(context.module, type.name);
  const member = info.members.find((member) => member.value === value);
  return { kind: "plain", value: info.passedBy === "name" && member !== undefined ? member.name : value };
}
