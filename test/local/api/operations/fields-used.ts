import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const root = new URL("../../../..", import.meta.url).pathname;

/** Methods of the SDK's classes that are the client's own and no fields of the API. */
const clientMethods = new Set(["with", "id"]);
/** The SDK's class for the fields that `dag` has. */
const typeNames: Readonly<Record<string, string>> = { Client: "Query" };

/** Finds every `Type.field` of the SDK that the sources of each folder call, with an example of where. */
export function fieldsUsed<F extends string>(folders: readonly F[]): Readonly<Record<F, ReadonlyMap<string, string>>> {
  const program = ts.createProgram(
    folders.flatMap((folder) => sourcesIn(folder)),
    compilerOptions(),
  );
  const checker = program.getTypeChecker();
  const fieldsIn = (folder: F): [F, ReadonlyMap<string, string>] => {
    const used = new Map<string, string>();
    for (const source of program.getSourceFiles()) {
      if (source.fileName.startsWith(join(root, folder))) visit(source, source, checker, used);
    }
    return [folder, used];
  };
  return Object.fromEntries(folders.map(fieldsIn)) as Record<F, ReadonlyMap<string, string>>;
}

function sourcesIn(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).map((file) => join(root, folder, file));
}

function compilerOptions(): ts.CompilerOptions {
  const path = join(root, "tsconfig.json");
  const { config } = ts.parseConfigFileTextToJson(path, readFileSync(path, "utf8"));
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options;
}

function visit(source: ts.SourceFile, node: ts.Node, checker: ts.TypeChecker, used: Map<string, string>): void {
  if (ts.isPropertyAccessExpression(node)) {
    const owner = checker.getSymbolAtLocation(node.name)?.declarations?.[0]?.parent;
    const name = node.name.text;
    if (owner && ts.isClassDeclaration(owner) && isSdk(owner) && !clientMethods.has(name)) {
      const type = owner.name?.text ?? "";
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      used.set(`${typeNames[type] ?? type}.${name}`, `${source.fileName.slice(root.length)}:${line + 1}`);
    }
  }
  ts.forEachChild(node, (child) => visit(source, child, checker, used));
}

function isSdk(declaration: ts.Node): boolean {
  return declaration.getSourceFile().fileName.includes("client.gen");
}
