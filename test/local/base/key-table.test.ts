import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { beforeAll, describe, expect, it } from "vitest";

const repository = join(import.meta.dirname, "../../..");

/**
 * A type, the file that declares it, the beginning of its declaration, and the file whose table must have all its
 * fields.
 */
const tables = [
  ["Container", "local/engine/values/container.ts", "interface Container {", "local/engine/exec/key.ts"],
  ["a mounted directory", "local/engine/values/container.ts", 'kind: "directory";', "local/engine/exec/key.ts"],
  ["a mounted file", "local/engine/values/container.ts", 'kind: "file";', "local/engine/exec/key.ts"],
  ["a cache volume", "local/engine/values/container.ts", 'kind: "cache";', "local/engine/exec/key.ts"],
  ["a temporary folder", "local/engine/values/container.ts", 'kind: "temp";', "local/engine/exec/key.ts"],
  ["a mounted secret", "local/engine/values/container.ts", 'kind: "secret";', "local/engine/exec/key.ts"],
  ["ImageConfig", "local/images/types.ts", "interface ImageConfig {", "local/engine/exec/key.ts"],
  ["Directory", "local/engine/values/directory.ts", "interface Directory {", "local/engine/exec/key.ts"],
  ["File", "local/engine/values/directory.ts", "interface File {", "local/engine/exec/key.ts"],
  ["Blob", "local/engine/values/directory.ts", "interface Blob {", "local/engine/exec/key.ts"],
  ["Secret", "local/engine/values/secret.ts", "interface Secret {", "local/engine/exec/key.ts"],
  ["Service", "local/engine/values/service.ts", "interface Service {", "local/engine/exec/key.ts"],
  ["Port", "local/engine/values/port.ts", "interface Port {", "local/engine/exec/key.ts"],
  [
    "Copy",
    "local/api/operations/container/with-file.ts",
    "interface Copy {",
    "local/api/operations/container/with-file.ts",
  ],
  [
    "the arguments of withDirectory",
    "local/api/operations/container/with-directory.ts",
    "const args = {",
    "local/api/operations/container/with-directory.ts",
  ],
  ["Step", "local/runner/call.ts", "interface Step {", "local/runner/call-cache.ts"],
  ["TreeFilter", "local/store/types.ts", "interface TreeFilter {", "local/store/memo.ts"],
] as const;

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(join(repository, "tsconfig.json"), (path) => readFileSync(path, "utf8")).config,
  ts.sys,
  repository,
);

const rootNames = [...new Set(tables.map(([, , , table]) => join(repository, table)))];
let unchanged: ts.Program;

/** Gives what the compiler reports for `file`. */
function complaints(program: ts.Program, file: string): string[] {
  const diagnostics = program.getSemanticDiagnostics(program.getSourceFile(join(repository, file)));
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

/** Gives the same program with other text in one file, which only the compiler sees. */
function withText(file: string, text: string): ts.Program {
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.getSourceFile = (path, language, ...rest) =>
    path === join(repository, file)
      ? ts.createSourceFile(path, text, language, true)
      : (unchanged.getSourceFile(path) ?? read(path, language, ...rest));
  return ts.createProgram({ rootNames, options, host, oldProgram: unchanged });
}

describe("a field that is missing from a key", () => {
  beforeAll(() => {
    unchanged = ts.createProgram(rootNames, options);
    for (const [, , , table] of tables) expect(complaints(unchanged, table)).toEqual([]);
  });

  it.each(tables)("of %s does not compile", (_name, file, start, table) => {
    const text = readFileSync(join(repository, file), "utf8");
    expect(text.split(start)).toHaveLength(2);
    const field = start.startsWith("const") ? 'added: text("Added."),' : "readonly added?: string;";
    const found = complaints(withText(file, text.replace(start, `${start} ${field}`)), table);
    expect(found.join("\n")).toMatch(/Property 'added' is missing in type .* but required in type 'KeyTable</);
  });
});
