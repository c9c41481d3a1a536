import { keyLines, type SettingLines, tableLines } from "../config/table-lines.ts";
import type { Layout } from "./project.ts";

/** The file with a project's configuration, and the lines of its tables and keys. */
export interface ConfigurationFile {
  readonly file: string;
  readonly tables: Readonly<Record<string, number>>;
  readonly keys: Readonly<Record<string, number>>;
}

/** Where the configuration of a project is, or would be: undefined where it has none of both files. */
export function configurationFile({ pyproject, mlPipeline }: Layout["files"]): ConfigurationFile | undefined {
  if (mlPipeline !== undefined) return { file: "ml-pipeline.toml", ...linesIn(mlPipeline, []) };
  return pyproject === undefined
    ? undefined
    : { file: "pyproject.toml", ...linesIn(pyproject, ["tool", "ml-pipeline"]) };
}

const linesIn = (text: string, prefix: readonly string[]): SettingLines => ({
  tables: tableLines(text, prefix),
  keys: keyLines(text, prefix),
});
