/**
 * What the command line knows about a module and about Dagger's own types: read once from their TypeScript, kept as
 * JSON, enough to parse a call, to explain it, to carry it out and to serialize what it returns.
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
  /** Neither a value nor a default is needed. */
  readonly optional: boolean;
  /** Declared as `T | null`: what is not given is passed as null, as the engine's entrypoint does. */
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
  /** As declared: `buildImage`. Empty for a constructor. */
  readonly name: string;
  /** As exposed, when that differs. */
  readonly alias?: string;
  readonly doc: string;
  readonly args: readonly Argument[];
  readonly returns: TypeRef;
  /** `never`, `session` or a time such as `10m`; empty: the default of seven days. */
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
  /** `object`: a type alias, plain data without functions. `core`: a type of Dagger's own. */
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

/** Where what was read about a module is kept. */
export interface LoadedModule extends ModuleInfo {
  /** Folder of `dagger.json`. */
  readonly path: string;
  /** Hash of everything that the module is made of. */
  readonly hash: string;
  /** The module's code as one file of JavaScript. */
  readonly bundle: string;
  /** Dagger's own types, one file a type: read when a call needs them. */
  core(name: string): ObjectInfo | undefined;
  coreEnum(name: string): EnumInfo | undefined;
}
