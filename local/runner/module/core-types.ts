import { readFileSync } from "node:fs";
import ts from "typescript";
import type { Argument, EnumInfo, FunctionInfo, ObjectInfo, TypeRef } from "./types.ts";

/**
 * Reads Dagger's own types, whose functions may follow a function (`export --path=…`), from the SDK's declarations. So
 * a newer SDK brings new functions without a change here.
 */
export function readCoreTypes(declarations: string): Record<string, ObjectInfo | EnumInfo> {
  const source = ts.createSourceFile(declarations, readFileSync(declarations, "utf8"), ts.ScriptTarget.ESNext, true);
  const known = new Declarations(source);
  return Object.fromEntries([
    ...[...known.classes.values()].map((type) => [exposedName(type.name), readClass(type, known)]),
    ...[...known.enums.values()].map((type) => [type.name.text, readEnum(type)]),
  ]);
}

type NamedClass = ts.ClassDeclaration & { readonly name: ts.Identifier };

class Declarations {
  readonly classes = new Map<string, NamedClass>();
  readonly enums = new Map<string, ts.EnumDeclaration>();
  readonly aliases = new Map<string, ts.TypeAliasDeclaration>();

  constructor(source: ts.SourceFile) {
    for (const node of source.statements) {
      if (ts.isClassDeclaration(node) && node.name && !node.name.text.startsWith("_")) {
        this.classes.set(node.name.text, node as NamedClass);
      } else if (ts.isEnumDeclaration(node)) this.enums.set(node.name.text, node);
      else if (ts.isTypeAliasDeclaration(node)) this.aliases.set(node.name.text, node);
    }
  }
}

/** The SDK appends an underscore to names that JavaScript reserves: `Module_`, `import_`. */
function exposedName(name: ts.Identifier): string {
  return name.text.replace(/_$/, "");
}

function readClass(type: NamedClass, known: Declarations): ObjectInfo {
  const functions: FunctionInfo[] = [];
  for (const member of type.members) {
    if (!ts.isPropertyDeclaration(member) || !ts.isIdentifier(member.name)) continue;
    if (member.type === undefined || !ts.isFunctionTypeNode(member.type) || member.name.text === "with") continue;
    const docs = paramDocs(member);
    functions.push({
      name: member.name.text,
      ...(member.name.text.endsWith("_") ? { alias: exposedName(member.name) } : {}),
      doc: text(ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.comment),
      args: member.type.parameters.flatMap((parameter) => readParameter(parameter, docs, known)),
      returns: readType(member.type.type, known),
      cache: "",
      check: false,
    });
  }
  return { name: exposedName(type.name), doc: "", kind: "core", functions, properties: [] };
}

/** Reads a parameter. The last one, `opts`, stands for an optional flag for each of its fields. */
function readParameter(parameter: ts.ParameterDeclaration, docs: Map<string, string>, known: Declarations): Argument[] {
  const name = parameter.name.getText();
  if (name !== "opts" || parameter.type === undefined) {
    return [argument(name, parameter.type, docs.get(name) ?? "", parameter.questionToken !== undefined, known)];
  }
  const alias = known.aliases.get(parameter.type.getText());
  if (alias === undefined || !ts.isTypeLiteralNode(alias.type)) return [];
  return alias.type.members.filter(ts.isPropertySignature).map((field) => ({
    ...argument(field.name.getText(), field.type, docs.get(`opts.${field.name.getText()}`) ?? "", true, known),
    inOptions: true,
  }));
}

function argument(
  name: string,
  type: ts.TypeNode | undefined,
  doc: string,
  optional: boolean,
  known: Declarations,
): Argument {
  return { name, doc, type: readType(type, known), optional, nullable: false, variadic: false };
}

function readType(node: ts.TypeNode | undefined, known: Declarations): TypeRef {
  if (node === undefined) return { kind: "void" };
  if (ts.isArrayTypeNode(node)) return { kind: "list", of: readType(node.elementType, known) };
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { kind: "string" };
    case ts.SyntaxKind.NumberKeyword:
      return { kind: "integer" };
    case ts.SyntaxKind.BooleanKeyword:
      return { kind: "boolean" };
    case ts.SyntaxKind.VoidKeyword:
      return { kind: "void" };
    default:
  }
  if (!ts.isTypeReferenceNode(node)) return { kind: "scalar", name: node.getText() };
  const name = node.typeName.getText();
  if (name === "Promise") return readType(node.typeArguments?.[0], known);
  if (name === "float") return { kind: "float" };
  if (known.classes.has(name)) return { kind: "object", name: name.replace(/_$/, "") };
  if (known.enums.has(name)) return { kind: "enum", name };
  const alias = known.aliases.get(name);
  return alias !== undefined && ts.isTypeLiteralNode(alias.type) ? { kind: "input", name } : { kind: "scalar", name };
}

function readEnum(type: ts.EnumDeclaration): EnumInfo {
  return {
    name: type.name.text,
    doc: "",
    members: type.members.map((member) => ({
      name: member.name.getText(),
      value: member.initializer && ts.isStringLiteral(member.initializer) ? member.initializer.text : "",
      doc: text(ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc)?.comment),
    })),
  };
}

/**
 * Reads the documentation of parameters by name. It parses the comment itself, because TypeScript reads `opts.path` as
 * a field of a parameter only when `opts` is documented too.
 */
function paramDocs(node: ts.Node): Map<string, string> {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.getText() ?? "";
  const lines = comment.replace(/^\/\*\*|\*\/$/g, "").replaceAll(/^[ \t]*\* ?/gm, "");
  return new Map(
    [...lines.matchAll(/^@param ([\w.]+) ([\s\S]*?)(?=^@|$(?![\s\S]))/gm)].map(([, name = "", doc = ""]) => [
      name,
      doc.trim(),
    ]),
  );
}

function text(comment: string | ts.NodeArray<ts.JSDocComment> | undefined): string {
  return ts.getTextOfJSDocComment(comment)?.trim() ?? "";
}
