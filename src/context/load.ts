import { parseToml } from "../config/toml.ts";
import { type ManualPage, UserError } from "../errors.ts";
import { isObject } from "../json.ts";
import { type Mistake, mistakesIn } from "./mistakes.ts";
import { applyPolicy, type LooserSetting } from "./policy/apply.ts";
import { floorWords, shownValue } from "./policy/looser.ts";
import type { Policy } from "./policy/read.ts";
import { floorsForTables, writtenPath } from "./policy/tables.ts";
import { type Config, configSchema } from "./schema.ts";

/** The texts of the two files that may hold the configuration; undefined if the project lacks the file. */
export interface ConfigFiles {
  readonly pyproject?: string | undefined;
  readonly mlPipeline?: string | undefined;
}

/**
 * The project's configuration with all defaults.
 *
 * All problems are reported at once, each with its file, its key and what was expected there.
 * @param policy sets what the project leaves open
 * @throws UserError when a file does not parse, a key is unknown or has an impossible value, or is looser than the policy
 */
export function loadConfig(files: ConfigFiles, policy?: Policy): Config {
  const pyproject = files.pyproject === undefined ? {} : parseToml("pyproject.toml", files.pyproject);
  const inPyproject = table(pyproject.tool)?.["ml-pipeline"];
  if (files.mlPipeline !== undefined && inPyproject !== undefined) {
    throw new UserError(
      "The configuration is in two places: ml-pipeline.toml, and [tool.ml-pipeline] in pyproject.toml. Keep one of them.",
      "configuration",
    );
  }
  return files.mlPipeline === undefined
    ? validate(inPyproject ?? {}, { file: "pyproject.toml", prefix: ["tool", "ml-pipeline"] }, policy)
    : validate(parseToml("ml-pipeline.toml", files.mlPipeline), { file: "ml-pipeline.toml", prefix: [] }, policy);
}

/** Where a configuration is written. */
interface Place {
  readonly file: string;
  /** The table that it is in. */
  readonly prefix: readonly string[];
}

function validate(value: unknown, place: Place, policy: Policy | undefined): Config {
  refuse(place, mistakesIn(configSchema, value), "configuration");
  if (policy === undefined) return configSchema.parse(value);
  const { settings, looser } = applyPolicy(configSchema, floorsForTables(policy.floors, value), value);
  refuse(
    place,
    looser.map((one) => looserMistake(one, policy)),
    "policy",
  );
  // What a table of the policy needs and only a project can say, such as its columns.
  refuse(
    place,
    mistakesIn(configSchema, settings).map(([path, text]) => [
      path,
      `${text}; ${policy.name} asks for ${path.slice(0, 2).join(".")}`,
    ]),
    "policy",
  );
  return configSchema.parse(settings);
}

function refuse({ file, prefix }: Place, mistakes: readonly Mistake[], page: ManualPage): void {
  if (mistakes.length === 0) return;
  const lines = mistakes.map(([path, text]) => `${file}: ${[...prefix, ...path].join(".") || "the file"}: ${text}`);
  throw new UserError(lines.join("\n"), page);
}

const looserMistake = (
  { path, floorPath, value, floor, direction }: LooserSetting,
  { name, floors }: Policy,
): Mistake => [
  path,
  `${shownValue(value)} is looser than the policy, which asks for ${floorWords(direction, floor, path.at(-1) ?? "")} (${writtenPath(floorPath, floors).join(".")} in ${name})`,
];

const table = (value: unknown): Readonly<Record<string, unknown>> | undefined => (isObject(value) ? value : undefined);
