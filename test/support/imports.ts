import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";

/** One file that imports another; paths count from the root of the program. */
export interface Import {
  readonly from: string;
  readonly to: string;
  /** It is erased: nothing is loaded at run time. */
  readonly typeOnly: boolean;
}

/** All relative imports of the TypeScript files below `root`, dynamic ones included. */
export function importsIn(root: string): Import[] {
  const files = new Set(filesIn(root));
  return [...files].flatMap((from) =>
    specifiersIn(root, from)
      .filter(({ text }) => text.startsWith("."))
      .map(({ text, typeOnly }) => {
        const to = posix.join(posix.dirname(from), text);
        const typescript = to.replace(/\.js$/, ".ts");
        return { from, to: files.has(typescript) ? typescript : to, typeOnly };
      }),
  );
}

/** The packages that the TypeScript files below `root` import, without Node's own modules. */
export function packagesIn(root: string): Set<string> {
  const texts = filesIn(root).flatMap((file) => specifiersIn(root, file).map(({ text }) => text));
  const names = texts
    .filter((text) => !/^(\.|node:)/.test(text))
    .map((text) => /^(@[^/]+\/)?[^/]+/.exec(text)?.[0] ?? text);
  return new Set(names);
}

function filesIn(root: string): string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".ts")).sort();
}

function specifiersIn(root: string, file: string): { text: string; typeOnly: boolean }[] {
  const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest);
  const found: { text: string; typeOnly: boolean }[] = [];
  const add = (node: ts.Node | undefined, typeOnly: boolean) => {
    if (node !== undefined && ts.isStringLiteral(node)) found.push({ text: node.text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What an import of the program's root folder belongs to: its folder, or the file itself where it lies in none. */
export function layerOf(path: string): string {
  return path.split("/")[0] ?? path;
}

/** The imports that do not go down, those that leave the program among them; packages are for all. */
export function climbing(imports: readonly Import[], layers: readonly (readonly string[])[]): string[] {
  const height = (path: string) => layers.findIndex((row) => row.includes(layerOf(path)));
  const goesDown = ({ from, to }: Import) => {
    if (to.includes("node_modules/") || layerOf(from) === layerOf(to)) return true;
    return height(from) >= 0 && height(to) > height(from);
  };
  return imports.filter((each) => !goesDown(each)).map(({ from, to }) => `${from} imports ${to}`);
}

/**
 * Circles of files at run time, and of folders also by types. Each import counts where its two paths part: in that
 * folder, whatever lies deeper is one with the folder that holds it. So a folder and a file beside it, or two folders,
 * that need each other are a circle, even where no single file is part of one.
 */
export function circles(imports: readonly Import[]): string[] {
  const isFile = (name: string) => name.endsWith(".ts");
  const edges = imports.map((each) => ({ ...part(each), typeOnly: each.typeOnly }));
  const atRunTime = edges.filter(({ typeOnly }) => !typeOnly);
  const betweenFolders = edges.filter(({ from, to }) => !isFile(from) && !isFile(to));
  return [...new Set([atRunTime, betweenFolders].flatMap(circlesOf))];
}

function part({ from, to }: Import): { from: string; to: string } {
  const [a, b] = [from.split("/"), to.split("/")];
  const depth = a.findIndex((name, index) => name !== b[index]);
  return { from: a.slice(0, depth + 1).join("/"), to: b.slice(0, depth + 1).join("/") };
}

/** The circles that a walk along the edges runs into. */
function circlesOf(edges: readonly { from: string; to: string }[]): string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of edges) next.set(from, (next.get(from) ?? new Set()).add(to));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (at: string, path: readonly string[]): void => {
    if (path.includes(at)) found.push([...path.slice(path.indexOf(at)), at].join(" > "));
    if (done.has(at)) return;
    done.add(at);
    for (const to of next.get(at) ?? []) walk(to, [...path, at]);
  };
  for (const at of next.keys()) walk(at, []);
  return found;
}
