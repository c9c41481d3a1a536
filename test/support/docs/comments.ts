import { fileURLToPath } from "node:url";
import ts from "typescript";
import { configSchema } from "../../../src/context/schema.ts";
import { firstParagraph } from "./markdown.ts";
import { innerOf, type Schema, shapeOf, unwrap } from "./zod.ts";

const repository = fileURLToPath(new URL("../../../", import.meta.url));
const SCHEMA = `${repository}src/context/schema.ts`;
const ROOT = "configSchema";

/** The name of a key in a table whose keys are the user's own: a column, a metric, a rule. */
export const ANY = "*";

/**
 * What the comments in the source say of each setting, by its key path joined with dots.
 *
 * The schema is followed as a value and as a type at once: the value says which keys there are, the type leads to the place where
 * each was declared, in whichever file that is. A comment stands above the key; that of a table may stand where the table is
 * defined, and that of a rule or a gate above its definition.
 */
export function settingComments(): ReadonlyMap<string, string> {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${repository}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    repository,
  );
  const program = ts.createProgram([SCHEMA], options);
  const comments = new Map<string, string>();
  const reader = new Reader(program, comments);
  reader.read(configSchema, reader.typeOfRoot(), []);
  return comments;
}

class Reader {
  readonly #program: ts.Program;
  readonly #checker: ts.TypeChecker;
  readonly #comments: Map<string, string>;

  constructor(program: ts.Program, comments: Map<string, string>) {
    this.#program = program;
    this.#checker = program.getTypeChecker();
    this.#comments = comments;
  }

  typeOfRoot(): ts.Type {
    const file = this.#program.getSourceFile(SCHEMA);
    const module = file && this.#checker.getSymbolAtLocation(file);
    const root = module && this.#checker.getExportsOfModule(module).find(({ name }) => name === ROOT);
    if (root === undefined) throw new Error(`${SCHEMA} exports no ${ROOT}`);
    return this.#checker.getTypeOfSymbol(root);
  }

  read(given: Schema, givenType: ts.Type, path: readonly string[]): void {
    let type = givenType;
    const schema = unwrap(given, () => {
      type = this.#definition(type, "innerType");
    });
    const shape = shapeOf(schema);
    if (shape !== undefined) {
      const shapeType = this.#definition(type, "shape");
      for (const [key, value] of Object.entries(shape))
        this.#readKey(value, shapeType.getProperty(key), [...path, key]);
    }
    const inner = innerOf(schema);
    if (inner !== undefined) this.read(inner.schema, this.#definition(type, inner.name), [...path, ANY]);
  }

  #readKey(value: Schema, symbol: ts.Symbol | undefined, path: readonly string[]): void {
    if (symbol === undefined) throw new Error(`the type of ${ROOT} has no key ${path.join(".")}`);
    const comment = this.#commentOf(symbol, shapeOf(unwrap(value)) !== undefined) ?? this.#commentOfDefinition(path);
    if (comment !== undefined) this.#comments.set(path.join("."), comment);
    this.read(value, this.#checker.getTypeOfSymbol(symbol), path);
  }

  /** The type of a field of zod's definition of a schema. */
  #definition(type: ts.Type, field: string): ts.Type {
    return ["_zod", "def", field].reduce((from, name) => {
      const property = from.getProperty(name);
      if (property === undefined) throw new Error(`no ${name} in ${this.#checker.typeToString(from)}`);
      return this.#checker.getTypeOfSymbol(property);
    }, type);
  }

  /** The comment above a key. A table, and a key that is written by its name alone, may have it where they are defined. */
  #commentOf(symbol: ts.Symbol, isTable: boolean): string | undefined {
    for (const declaration of symbol.declarations ?? []) {
      const comment = commentAbove(declaration);
      if (comment !== undefined) return comment;
      const definition = this.#definitionOf(declaration, isTable);
      const above = definition && commentAbove(definition);
      if (above !== undefined) return above;
    }
    return undefined;
  }

  #definitionOf(declaration: ts.Declaration, isTable: boolean): ts.Declaration | undefined {
    if (ts.isShorthandPropertyAssignment(declaration)) {
      return this.#declarationOf(this.#checker.getShorthandAssignmentValueSymbol(declaration));
    }
    if (!isTable || !ts.isPropertyAssignment(declaration)) return undefined;
    const first = firstOf(declaration.initializer);
    return ts.isIdentifier(first) ? this.#declarationOf(this.#checker.getSymbolAtLocation(first)) : undefined;
  }

  /** Where a name is declared, in another file where it is imported. */
  #declarationOf(symbol: ts.Symbol | undefined): ts.Declaration | undefined {
    const source = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
    return source?.valueDeclaration;
  }

  /** Of a table that a rule or a gate brings: the comment above `defineRule({ key: "unique", … })`, by its key or id. */
  #commentOfDefinition(path: readonly string[]): string | undefined {
    const name = path.at(-1);
    const field = path.at(-2) === "gates" ? "id" : "key";
    for (const file of this.#program.getSourceFiles()) {
      if (file.isDeclarationFile) continue;
      for (const statement of file.statements) {
        if (!ts.isVariableStatement(statement)) continue;
        const [declaration] = statement.declarationList.declarations;
        const [definition] =
          declaration?.initializer && ts.isCallExpression(declaration.initializer)
            ? declaration.initializer.arguments
            : [];
        if (
          declaration &&
          definition &&
          ts.isObjectLiteralExpression(definition) &&
          named(definition, field) === name
        ) {
          return commentAbove(declaration);
        }
      }
    }
    return undefined;
  }
}

/** The text of a field that is written as a plain string. */
function named(literal: ts.ObjectLiteralExpression, field: string): string | undefined {
  const property = literal.properties.filter(ts.isPropertyAssignment).find(({ name }) => name.getText() === field);
  return property && ts.isStringLiteral(property.initializer) ? property.initializer.text : undefined;
}

/** What a chain of calls and fields begins with. */
function firstOf(expression: ts.Expression): ts.Expression {
  return ts.isCallExpression(expression) || ts.isPropertyAccessExpression(expression)
    ? firstOf(expression.expression)
    : expression;
}

function commentAbove(node: ts.Node): string | undefined {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment;
  const text = firstParagraph(ts.getTextOfJSDocComment(comment) ?? "");
  return text === "" ? undefined : text;
}
