import { readFileSync } from "node:fs";
import ts from "typescript";
import type { Argument, EnumInfo, FunctionInfo, ObjectInfo, TypeRef } from "./types.ts";

/**
 * Dagger's own types as the SDK declares them: what can be chained after a function (`export --path=…`), with its
 * flags and documentation. From the declarations alone, so that a newer SDK brings its functions by itself.
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

/** Names that JavaScript has already carry an underscore in the SDK: `Module_`, `import_`. */
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

/** The last parameter, `opts`, stands for one optional flag for each of its fields. */
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
 * Documentation of parameters by name. Taken from the comment's text: the parser of TypeScript reads `opts.path` as a
 * field of a parameter only where the parameter itself is documented too.
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
