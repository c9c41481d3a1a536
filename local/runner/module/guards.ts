import {
  type Guard,
  isAnything,
  isEither,
  isListOf,
  isObjectOf,
  isOneOf,
  isRecordOf,
  isText,
  isTrueOrFalse,
} from "../../base/guards.ts";
import type { Argument, EnumInfo, FunctionInfo, ModuleInfo, ObjectInfo, PropertyInfo, TypeRef } from "./types.ts";

type Plain = Extract<TypeRef, { kind: "string" | "integer" | "float" | "boolean" | "void" }>;
type Named = Extract<TypeRef, { name: string }>;

const isPlain = isObjectOf<Plain>({ kind: isOneOf("string", "integer", "float", "boolean", "void") });
const isNamed = isObjectOf<Named>({ kind: isOneOf("object", "enum", "scalar", "interface", "input"), name: isText });
const isType: Guard<TypeRef> = (value): value is TypeRef => isPlain(value) || isNamed(value) || isList(value);
const isList = isObjectOf<Extract<TypeRef, { kind: "list" }>>({ kind: isOneOf("list"), of: isType });

const isArgument = isObjectOf<Argument>(
  {
    name: isText,
    doc: isText,
    type: isType,
    optional: isTrueOrFalse,
    nullable: isTrueOrFalse,
    variadic: isTrueOrFalse,
    default: isAnything,
    defaultPath: isText,
    defaultAddress: isText,
    ignore: isListOf(isText),
    deprecated: isText,
    inOptions: isTrueOrFalse,
  },
  ["default", "defaultPath", "defaultAddress", "ignore", "deprecated", "inOptions"],
);

const isFunction = isObjectOf<FunctionInfo>(
  {
    name: isText,
    alias: isText,
    doc: isText,
    args: isListOf(isArgument),
    returns: isType,
    cache: isText,
    check: isTrueOrFalse,
  },
  ["alias"],
);

const isProperty = isObjectOf<PropertyInfo>(
  { name: isText, alias: isText, doc: isText, type: isType, exposed: isTrueOrFalse },
  ["alias"],
);

const isObject = isObjectOf<ObjectInfo>(
  {
    name: isText,
    doc: isText,
    kind: isOneOf("class", "object", "core"),
    init: isFunction,
    functions: isListOf(isFunction),
    properties: isListOf(isProperty),
  },
  ["init"],
);

const isMember = isObjectOf<EnumInfo["members"][number]>({ name: isText, value: isText, doc: isText });
const isEnum = isObjectOf<EnumInfo>({ name: isText, doc: isText, members: isListOf(isMember) });

/** Validates the kept description of a module. */
export const isModule = isObjectOf<ModuleInfo>({
  name: isText,
  doc: isText,
  main: isText,
  objects: isRecordOf(isObject),
  enums: isRecordOf(isEnum),
});

/** Validates the kept description of one of Dagger's own types. */
export const isCoreType = isEither<[ObjectInfo, EnumInfo]>(isObject, isEnum);
