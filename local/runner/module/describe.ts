import type { Argument, EnumInfo, FunctionInfo, ModuleInfo, ObjectInfo, PropertyInfo, TypeRef } from "./types.ts";

/** The parts of the SDK's introspection result that are used here. */
interface ScannedType {
  readonly kind: string;
  readonly name?: string;
  readonly typeDef?: ScannedType;
}

interface ScannedArgument {
  readonly name: string;
  readonly description?: string;
  readonly type?: ScannedType;
  readonly isVariadic: boolean;
  readonly isNullable: boolean;
  readonly isOptional: boolean;
  readonly defaultValue?: unknown;
  readonly defaultPath?: string;
  readonly defaultAddress?: string;
  readonly ignore?: readonly string[];
  readonly deprecated?: string;
}

interface ScannedFunction {
  readonly name: string;
  readonly alias?: string;
  readonly description?: string;
  readonly arguments: Readonly<Record<string, ScannedArgument>>;
  readonly returnType?: ScannedType;
  readonly cache?: string;
  readonly isCheck?: boolean;
}

interface ScannedProperty {
  readonly name: string;
  readonly alias?: string;
  readonly description?: string;
  readonly type?: ScannedType;
  readonly isExposed?: boolean;
}

interface ScannedObject {
  readonly name: string;
  readonly description?: string;
  readonly _constructor?: ScannedFunction;
  readonly methods: Readonly<Record<string, ScannedFunction>>;
  readonly properties: Readonly<Record<string, ScannedProperty>>;
  kind(): "class" | "object";
}

export interface ScannedModule {
  readonly name: string;
  readonly description?: string;
  readonly objects: Readonly<Record<string, ScannedObject>>;
  readonly interfaces: Readonly<Record<string, unknown>>;
  readonly enums: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly description?: string;
        readonly values: Readonly<
          Record<string, { readonly name: string; readonly value: unknown; readonly description?: string }>
        >;
      }
    >
  >;
}

/** Reduces the introspector's objects, which hold the whole syntax tree, to a description that is kept as JSON. */
export function describe(module: ScannedModule): ModuleInfo {
  if (!Object.hasOwn(module.objects, module.name)) {
    throw new Error(`no class ${module.name}: the main object is named after the module`);
  }
  const interfaces = Object.keys(module.interfaces);
  if (interfaces.length > 0) {
    // Dagger v0.21.8 crashes when it loads such a module, so the local engine refuses it too.
    throw new Error(
      `the interface ${interfaces.join(", ")} is among the parameters of a public function or constructor; take plain values, or objects of Dagger or of the module`,
    );
  }
  return {
    name: module.name,
    doc: module.description ?? "",
    main: module.name,
    objects: Object.fromEntries(Object.values(module.objects).map((object) => [object.name, describeObject(object)])),
    enums: Object.fromEntries(
      Object.values(module.enums).map((type): [string, EnumInfo] => [
        type.name,
        {
          name: type.name,
          doc: type.description ?? "",
          members: Object.values(type.values).map((member) => ({
            name: member.name,
            value: String(member.value),
            doc: member.description ?? "",
          })),
        },
      ]),
    ),
  };
}

function describeObject(object: ScannedObject): ObjectInfo {
  return {
    name: object.name,
    doc: object.description ?? "",
    kind: object.kind(),
    ...(object._constructor ? { init: describeFunction(object._constructor) } : {}),
    functions: Object.values(object.methods).map(describeFunction),
    properties: Object.values(object.properties).map(
      (property): PropertyInfo => ({
        name: property.name,
        ...(property.alias ? { alias: property.alias } : {}),
        doc: property.description ?? "",
        type: describeType(property.type),
        // All fields of a type alias are exposed, but the introspector only says so for classes.
        exposed: object.kind() === "object" || property.isExposed === true,
      }),
    ),
  };
}

function describeFunction(fn: ScannedFunction): FunctionInfo {
  return {
    name: fn.name,
    ...(fn.alias ? { alias: fn.alias } : {}),
    doc: fn.description ?? "",
    args: Object.values(fn.arguments).map(describeArgument),
    returns: describeType(fn.returnType),
    cache: fn.cache ?? "",
    check: fn.isCheck ?? false,
  };
}

function describeArgument(arg: ScannedArgument): Argument {
  return {
    name: arg.name,
    doc: arg.description ?? "",
    type: describeType(arg.type),
    optional: arg.isOptional || arg.defaultValue !== undefined,
    nullable: arg.isNullable,
    variadic: arg.isVariadic,
    ...(arg.defaultValue === undefined ? {} : { default: arg.defaultValue }),
    ...(arg.defaultPath ? { defaultPath: arg.defaultPath } : {}),
    ...(arg.defaultAddress ? { defaultAddress: arg.defaultAddress } : {}),
    ...(arg.ignore ? { ignore: arg.ignore } : {}),
    ...(arg.deprecated === undefined ? {} : { deprecated: arg.deprecated }),
  };
}

function describeType(type: ScannedType | undefined): TypeRef {
  const name = type?.name ?? "";
  switch (type?.kind) {
    case "STRING_KIND":
      return { kind: "string" };
    case "INTEGER_KIND":
      return { kind: "integer" };
    case "FLOAT_KIND":
      return { kind: "float" };
    case "BOOLEAN_KIND":
      return { kind: "boolean" };
    case "LIST_KIND":
      return { kind: "list", of: describeType(type.typeDef) };
    case "OBJECT_KIND":
      return { kind: "object", name };
    case "ENUM_KIND":
      return { kind: "enum", name };
    case "SCALAR_KIND":
      return { kind: "scalar", name };
    case "INTERFACE_KIND":
      return { kind: "interface", name };
    default:
      return { kind: "void" };
  }
}
