import type { Directory } from "@dagger.io/dagger";
import { importPath } from "../containers/app.ts";
import { pythonImageReference } from "../containers/images.ts";
import type { Limits } from "../containers/limits.ts";
import { type ToolName, toolsFor } from "../containers/settings.ts";
import { type ToolFolder, toolsIn } from "../containers/tools.ts";
import type { Context } from "../context/context.ts";
import { isObject } from "../json.ts";
import type { SettingValues } from "../keys/parts.ts";
import { modelFiles } from "../model/manifest.ts";
import { foldersOfData } from "../project/commands/data-folders.ts";
import { modelFolder } from "../project/project.ts";
import type { RunInputs, StageInputs } from "./definition.ts";

/* What stages have in common of what their results depend on. */

/** Where its containers come from: the image, tools in it, and limits that they are held to. */
export function inContainer(
  { context }: Pick<RunInputs, "context">,
  { tools = [], image, times = [] }: ContainerInputs = {},
): Required<Pick<StageInputs, "texts" | "settings">> {
  const versions = toolVersions(context, tools);
  const paths = Object.values(importPath(context.project)).join();
  return {
    texts: {
      image: image ?? pythonImageReference(context),
      ...(versions === "" ? {} : { tools: versions }),
      ...(paths === "" ? {} : { "import path": paths }),
    },
    settings: { limits: limitsFor(context.config.limits, times) },
  };
}

interface ContainerInputs {
  /** Folders of tools that are mounted. */
  readonly tools?: readonly ToolFolder[];
  /** The image where it is not that of Python. */
  readonly image?: string | undefined;
  /** Limits of time beside that of every stage. */
  readonly times?: readonly (keyof Limits)[];
}

function toolVersions({ python, settings }: Context, folders: readonly ToolFolder[]): string {
  const versions = toolsFor(python, settings.tools);
  const names = [...new Set(folders.flatMap((folder): readonly ToolName[] => toolsIn(folder)))];
  return names.map((name) => `${name}==${versions[name]}`).join(", ");
}

/** The limits that every stage is held to. */
const LIMITS = ["stage-seconds", "output-megabytes", "memory-gigabytes", "processes"] as const;

const limitsFor = (limits: Limits, times: readonly (keyof Limits)[]): SettingValues =>
  Object.fromEntries([...LIMITS, ...times].map((name) => [name, limits[name]]));

/** The data, as far as they are given and by the stages that make them ready. */
export const takesData = ({ context, data }: RunInputs): StageInputs => ({
  ...(data === undefined ? {} : { folders: { data } }),
  settings: {
    data: { folder: context.project.dataFolder },
    // What the project's own commands write beside them.
    commands: { "output-folders": foldersOfData(context.project) },
  },
  from: ["pulled", "fetched", "prepared", "sampled"],
});

/** The candidate: one that is trained, or one that is given. */
export const takesModel = ({ context, model }: RunInputs): StageInputs => ({
  ...(model === undefined ? {} : { folders: { model: modelFiles(model) } }),
  settings: { commands: { "model-folder": modelFolder(context.project) } },
  from: ["trained"],
});

/** The accepted model, where there is one. */
export const takesBaseline = (baseline: Directory | undefined): StageInputs =>
  baseline === undefined ? {} : { folders: { baseline: modelFiles(baseline) } };

/** What a stage depends on, put together of parts. The last text or setting of a name stands. */
export function together(...parts: readonly StageInputs[]): StageInputs {
  const merged = <T>(which: (part: StageInputs) => Readonly<Record<string, T>> | undefined): Record<string, T> =>
    Object.assign({}, ...parts.map((part) => which(part) ?? {}));
  const last = <T>(which: (part: StageInputs) => T | undefined): T | undefined =>
    parts.map(which).findLast((one) => one !== undefined);
  const [command, installs] = [last((part) => part.command), last((part) => part.installs)];
  return {
    folders: merged((part) => part.folders),
    texts: merged((part) => part.texts),
    settings: mergedTables(parts.map(({ settings = {} }) => settings)),
    from: [...new Set(parts.flatMap(({ from = [] }) => from))],
    ...(command === undefined ? {} : { command }),
    ...(installs === undefined ? {} : { installs }),
  };
}

/** Tables of the same name are one. */
function mergedTables(all: readonly SettingValues[]): SettingValues {
  const result: Record<string, unknown> = {};
  for (const [name, value] of all.flatMap((one) => Object.entries(one))) {
    const before = result[name];
    result[name] = isObject(before) && isObject(value) ? { ...before, ...value } : value;
  }
  return result;
}
