import { tableLines } from "../config/table-lines.ts";
import type { Layout } from "./project.ts";

/** The file with a project's configuration, and the lines of its tables. */
export interface ConfigurationFile {
  readonly file: string;
  readonly tables: Readonly<Record<string, number>>;
}

/** Where the configuration of a project is, or would be: undefined where it has none of both files. */
export function configurationFile({ pyproject, mlPipeline }: Layout["files"]): ConfigurationFile | undefined {
  if (mlPipeline !== undefined) return { file: "ml-pipeline.toml", tables: tableLines(mlPipeline, []) };
  if (pyproject === undefined) return undefined;
  return { file: "pyproject.toml", tables: tableLines(pyproject, ["tool", "ml-pipeline"]) };
}
