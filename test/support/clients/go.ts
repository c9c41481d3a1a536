import { pascal } from "../../../local/base/names.ts";
import { type Imported, importedName, isOptional } from "../../../local/runner/module/client.ts";
import type { Argument, FunctionInfo, ObjectInfo, TypeRef } from "../../../local/runner/module/types.ts";
import { coreNames, fieldsOf, ownName } from "./python.ts";

/**
 * The package `internal/dagger` of a Go module that depends on another, as Dagger's own generator names and forms it, with bodies that do
 * nothing: enough to check who imports it. Types of Dagger itself are those of its SDK.
 */
export function goClient(imported: Imported): string {
  const { info, name } = imported;
  const root = pascal(name);
  const init: FunctionInfo = {
    ...{ name, doc: "", cache: "", check: false, args: info.objects[info.main]?.init?.args ?? [] },
    returns: { kind: "object", name: info.main },
  };
  return [
    'package dagger\nimport (\n\t"context"\n\tcore "dagger.io/dagger"\n)',
    "var _ context.Context",
    ...coreNames(imported).map((type) => `type ${type} = core.${type}`),
    ...Object.values(info.enums).map(({ name }) => `type ${importedName(imported, name)} string`),
    ...Object.values(info.objects).map((type) => objectText(imported, type)),
    "type Client struct{ *core.Client }",
    "func Connect() *Client { return nil }",
    optionsText(imported, `${root}Opts`, init),
    `func (c *Client) ${root}(${parameters(imported, `${root}Opts`, init)}) ${results(imported, init)} { panic(0) }`,
    "",
  ].join("\n");
}

function objectText(imported: Imported, object: ObjectInfo): string {
  const type = importedName(imported, object.name);
  return [
    `type ${type} struct{}`,
    ...fieldsOf(object).flatMap((fn) => {
      const options = `${type}${goName(fn.name)}Opts`;
      const words = `${goName(fn.name)}(${parameters(imported, options, fn)}) ${results(imported, fn)}`;
      return [optionsText(imported, options, fn), `func (r *${type}) ${words} { panic(0) }`];
    }),
  ].join("\n");
}

function optionsText(imported: Imported, name: string, { args }: FunctionInfo): string {
  const fields = args.filter(isOptional).map((arg) => `\t${goName(arg.name)} ${typeText(imported, arg.type)}`);
  return fields.length === 0 ? "" : [`type ${name} struct {`, ...fields, "}"].join("\n");
}

function parameters(imported: Imported, options: string, { args, returns }: FunctionInfo): string {
  const required = args.filter((arg: Argument) => !isOptional(arg));
  return [
    ...(returns.kind === "object" ? [] : ["ctx context.Context"]),
    ...required.map((arg) => `${arg.name} ${typeText(imported, arg.type)}`),
    ...(args.some(isOptional) ? [`opts ...${options}`] : []),
  ].join(", ");
}

function results(imported: Imported, { returns }: FunctionInfo): string {
  if (returns.kind === "object") return typeText(imported, returns);
  return returns.kind === "void" ? "error" : `(${typeText(imported, returns)}, error)`;
}

/** The words that Go writes in capitals. */
const INITIALISMS = ["Api", "Cpu", "Gpu", "Html", "Http", "Id", "Ip", "Json", "Sql", "Ssh", "Uid", "Uri", "Url"];

/** `imageId` is `ImageID`. */
const goName = (name: string): string =>
  pascal(name).replaceAll(/[A-Z][a-z]+/g, (word) => (INITIALISMS.includes(word) ? word.toUpperCase() : word));

function typeText(imported: Imported, type: TypeRef): string {
  switch (type.kind) {
    case "string":
      return "string";
    case "integer":
      return "int";
    case "float":
      return "float64";
    case "boolean":
      return "bool";
    case "list":
      return `[]${typeText(imported, type.of).replace(/^\*/, "")}`;
    case "object":
      return `*${ownName(imported, type.name)}`;
    case "void":
      return "";
    default:
      return ownName(imported, type.name);
  }
}
