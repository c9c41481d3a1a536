import { parseToml } from "../config/toml.ts";
import { isObject } from "../json.ts";
import type { Layout } from "./project.ts";

/**
 * The name that a project gives itself, in pyproject.toml or setup.cfg. Undefined where it gives none: the name of its folder is not
 * known here, and would be another one on each machine.
 */
export function projectName({ files, toolTexts }: Pick<Layout, "files" | "toolTexts">): string | undefined {
  const { project, tool } = files.pyproject === undefined ? {} : parseToml("pyproject.toml", files.pyproject);
  const poetry = isObject(tool) ? tool.poetry : undefined;
  const names = [nameIn(project), nameIn(poetry), nameInSetup(toolTexts["setup.cfg"] ?? "")];
  return names.find((name) => name !== undefined);
}

const nameIn = (table: unknown): string | undefined =>
  isObject(table) && typeof table.name === "string" ? onOneLine(table.name) : undefined;

/** `name` of the section `[metadata]`. */
function nameInSetup(text: string): string | undefined {
  const [, metadata = ""] = /^\[metadata\][^\n]*\n((?:(?!\[)[^\n]*(?:\n|$))*)/m.exec(text) ?? [];
  return onOneLine(/^name[ \t]*[=:][ \t]*(.*)$/m.exec(metadata)?.[1] ?? "");
}

const onOneLine = (name: string): string | undefined => name.replace(/\s+/g, " ").trim() || undefined;
