import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { operations } from "../../../local/operations/index.ts";

const root = new URL("../../..", import.meta.url).pathname;
const offered = new Set(operations.map(({ on, name }) => `${on}.${name}`));

/** Methods of the SDK's classes that are no fields: the client's own. */
const clientOwn = new Set(["with", "id"]);
/** The SDK's class for the fields that `dag` has. */
const typeNames: Readonly<Record<string, string>> = { Client: "Query" };

/** Every `Type.field` of the SDK that the module's sources call, with the places where they do. */
function fieldsUsed(): ReadonlyMap<string, string> {
  const files = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const settings = ts.parseConfigFileTextToJson("tsconfig.json", readFileSync(join(root, "tsconfig.json"), "utf8"));
  const { options } = ts.parseJsonConfigFileContent(settings.config, ts.sys, root);
  const program = ts.createProgram(
    files.map((file) => join(root, "src", file)),
    options,
  );
  const checker = program.getTypeChecker();
  const used = new Map<string, string>();
  const visit = (source: ts.SourceFile, node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node)) {
      const symbol = checker.getSymbolAtLocation(node.name);
      const declaration = symbol?.declarations?.[0];
      const owner = declaration?.parent;
      if (owner && ts.isClassDeclaration(owner) && owner.getSourceFile().fileName.includes("client.gen")) {
        const type = owner.name?.text ?? "";
        const field = `${typeNames[type] ?? type}.${node.name.text}`;
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        if (!clientOwn.has(node.name.text)) used.set(field, `${source.fileName.slice(root.length)}:${line + 1}`);
      }
    }
    ts.forEachChild(node, (child) => visit(source, child));
  };
  for (const source of program.getSourceFiles()) {
    if (source.fileName.startsWith(join(root, "src"))) visit(source, source);
  }
  return used;
}

describe("the table of operations", () => {
  test("has every field that the module uses", { timeout: 60_000 }, () => {
    const used = fieldsUsed();
    expect(used.size).toBeGreaterThan(10);
    const missing = [...used].filter(([field]) => !offered.has(field));
    expect(missing, "fields that src/ uses and the local engine lacks").toEqual([]);
  });

  test("names each field once", () => {
    expect(offered.size).toBe(operations.length);
  });

  test("documents every field and argument", () => {
    const silent = operations.flatMap(({ on, name, doc, args }) => [
      ...(doc === "" ? [`${on}.${name}`] : []),
      ...Object.entries(args)
        .filter(([, argument]) => argument.doc === "")
        .map(([argument]) => `${on}.${name}(${argument})`),
    ]);
    expect(silent).toEqual([]);
  });
});
