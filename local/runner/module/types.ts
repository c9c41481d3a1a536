/**
 * What the command line knows about a module and about Dagger's own types. It is read once from their TypeScript and
 * kept as JSON: enough to parse a call, to explain it, to carry it out and to serialize its result.
 */

export type TypeRef =
  | { readonly kind: "string" | "integer" | "float" | "boolean" | "void" }
  | { readonly kind: "list"; readonly of: TypeRef }
  | { readonly kind: "object" | "enum" | "scalar" | "interface" | "input"; readonly name: string };

export interface Argument {
  /** As declared: `runId`. */
  readonly name: string;
  readonly doc: string;
  readonly type: TypeRef;
  /** The function can be called without it. */
  readonly optional: boolean;
  /**
   * The type is `T
   * null`. When no value is given it is null, as with the engine's entrypoint.
   */
  readonly nullable: boolean;
  readonly variadic: boolean;
  readonly default?: unknown;
  readonly defaultPath?: string;
  readonly defaultAddress?: string;
  readonly ignore?: readonly string[];
  /** What to use instead; present when the argument is deprecated. */
  readonly deprecated?: string;
  /** Core functions only: the SDK takes this argument in the last parameter, an object of options. */
  readonly inOptions?: boolean;
}

export interface FunctionInfo {
  /** As declared: `buildImage`. A constructor has an empty name. */
  readonly name: string;
  /** The exposed name, when it is another one. */
  readonly alias?: string;
  readonly doc: string;
  readonly args: readonly Argument[];
  readonly returns: TypeRef;
  /** How long results are kept: `never`, `session` or a time such as `10m`. Empty text is the default of seven days. */
  readonly cache: string;
  readonly check: boolean;
}

export interface PropertyInfo {
  readonly name: string;
  readonly alias?: string;
  readonly doc: string;
  readonly type: TypeRef;
  readonly exposed: boolean;
}

export interface ObjectInfo {
  readonly name: string;
  readonly doc: string;
  /** An `object` is a type alias: plain data without functions. A `core` object is one of Dagger's types. */
  readonly kind: "class" | "object" | "core";
  readonly init?: FunctionInfo;
  readonly functions: readonly FunctionInfo[];
  readonly properties: readonly PropertyInfo[];
}

export interface EnumInfo {
  readonly name: string;
  readonly doc: string;
  readonly members: readonly { readonly name: string; readonly value: string; readonly doc: string }[];
}

export interface ModuleInfo {
  readonly name: string;
  readonly doc: string;
  /** Name of the main object. */
  readonly main: string;
  readonly objects: Readonly<Record<string, ObjectInfo>>;
  readonly enums: Readonly<Record<string, EnumInfo>>;
}

export interface LoadedDependency {
  readonly name: string;
  readonly module: LoadedModule;
}

/** A description and where the rest of what was read is. */
export interface LoadedModule extends ModuleInfo {
  /** Folder of `dagger.json`. */
  readonly path: string;
  /** The hash of all that the module is made of. */
  readonly hash: string;
  /** The path of the module's code as one file of JavaScript. */
  readonly bundle: string;
  /** The modules that this one calls, by the names that it gives them. */
  readonly dependencies: readonly LoadedDependency[];
  /** Dagger's own types are read one by one, when a call needs them. */
  core(name: string): ObjectInfo | undefined;
  coreEnum(name: string): EnumInfo | undefined;
}
