import { parseToml } from "../config/toml.ts";
import { type ConfigFiles, loadConfig } from "../context/load.ts";
import { UserError } from "../errors.ts";
import { isObject } from "../json.ts";
import { dataOf, type Findings } from "./findings.ts";
import { planOf } from "./plan.ts";
import { REQUIREMENTS, requirementsFor } from "./requirements.ts";
import { settingsFor } from "./settings.ts";
import { stubsOf } from "./stubs/stubs.ts";
import { withSettings } from "./toml.ts";

/** The file that keeps an empty folder of data in a repository. */
const KEPT_DATA = "data/.gitkeep";

/** The configuration of a project as it is written, and where. */
export interface Written {
  readonly file: "pyproject.toml" | "ml-pipeline.toml";
  readonly prefix: readonly string[];
  readonly text: string;
  readonly value: unknown;
}

/** Where a project's configuration is, or would be: in the pyproject.toml that it has, or in a file of its own. */
export function written({ pyproject, mlPipeline }: ConfigFiles): Written {
  if (mlPipeline !== undefined || pyproject === undefined) {
    const text = mlPipeline ?? "";
    return { file: "ml-pipeline.toml", prefix: [], text, value: parseToml("ml-pipeline.toml", text) };
  }
  const { tool } = parseToml("pyproject.toml", pyproject);
  return {
    ...{ file: "pyproject.toml", prefix: ["tool", "ml-pipeline"], text: pyproject },
    value: isObject(tool) ? (tool["ml-pipeline"] ?? {}) : {},
  };
}

/**
 * The files that make a project one that the pipeline understands, by their paths: its settings, and programs that are missing. Nothing
 * else is changed, and a project that has all of them gets nothing.
 *
 * @throws UserError when the configuration has a form that cannot be added to
 */
export function adoption(files: ConfigFiles, findings: Findings, label?: string): ReadonlyMap<string, string> {
  loadConfig(files);
  const { file, prefix, text, value } = written(files);
  const plan = planOf(findings, value, label);
  const changed = withSettings(text, prefix, settingsFor(plan));
  const made = new Map(stubsOf(plan).map((stub) => [stub.path, stub.text]));
  const requirements = requirementsFor(plan, files.pyproject);
  if (requirements !== undefined) made.set(REQUIREMENTS, requirements);
  // What is brought or made is added to a folder of data, which must be there for that.
  if (plan.steps.settings.length > 0 && dataOf(findings) === undefined) made.set(KEPT_DATA, "");
  if (changed !== text) made.set(file, checked(file, changed));
  return made;
}

/** Tables that are written as inline tables or by dotted keys take no lines at their end. */
function checked(file: Written["file"], text: string): string {
  try {
    loadConfig(file === "pyproject.toml" ? { pyproject: text } : { mlPipeline: text });
    return text;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UserError(
      `${file} has its settings in a form that init cannot add to: write them as tables, such as [commands] (${error.message.split("\n")[0]}).`,
      "configuration",
    );
  }
}
