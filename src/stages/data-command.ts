import { appContainer, projectCommand, withData, writtenBy } from "../containers/app.ts";
import { runCommands } from "../containers/commands.ts";
import { DATA, RESULTS } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { DATA_COMMANDS, type DataCommand, placeInData } from "../project/commands/data-folders.ts";
import type { EntryPoint } from "../project/commands/entry-point.ts";
import { byteText, counted } from "../text.ts";
import type { RunInputs, StageData, StageInputs } from "./definition.ts";
import { inContainer, takesData, together } from "./inputs.ts";
import { withMissingFile } from "./missing-file.ts";
import { withMissingPackage } from "./missing-package.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";

const OUTPUT = `${RESULTS}/data`;

/**
 * Runs a command of the project that brings or makes data, and adds what it wrote to the data.
 *
 * @param output where it writes, unless its settings say otherwise
 */
export async function completeData(
  context: DataContext,
  entry: EntryPoint,
  { name, output = OUTPUT }: { readonly name: DataCommand; readonly output?: string },
): Promise<Outcome<StageData>> {
  const written = writtenBy(entry, output);
  const { project } = context;
  const container = withData(appContainer(context, project.app), project, context.data, before(name));
  const command = projectCommand(name, entry, { data: DATA, output: written });
  const run = await runCommands(container, [command], {
    since: context.since,
    limits: context.limits,
    folders: [written],
    hash: [written],
  });
  if (!run.ok) return withMissingFile(withMissingPackage(failedRun(run), context, "programs"), context, { data: true });
  const { files = 0, bytes = 0 } = run.hashes[written] ?? {};
  if (files === 0) {
    const place = entry.outputFolder === undefined ? `${written}, which is ${inBraces(name)}` : entry.outputFolder;
    return {
      status: "failed",
      message: `${entry.title} ended well and wrote nothing to ${place}. Where it writes elsewhere, name the folder: ${entry.title}.output-folder`,
      runs: [run],
    };
  }
  const data = context.data.withDirectory(
    placeInData(entry.outputFolder, project.dataFolder),
    run.container.directory(written),
  );
  return outcomeOf(run, `${counted(files, "file")} of ${byteText(bytes)}`, { data, dvc: context.dvc });
}

/** What a command depends on that brings or makes data. */
export function dataInputs(inputs: RunInputs, name: DataCommand): StageInputs | undefined {
  const entry = inputs.context.project.entryPoints[name];
  if (entry === undefined) return undefined;
  return together(inContainer(inputs), takesData(inputs), {
    folders: { source: inputs.context.project.app },
    command: entry,
    installs: "runtime",
  });
}

/** The commands that ran before this one. */
const before = (name: DataCommand): readonly DataCommand[] => DATA_COMMANDS.slice(0, DATA_COMMANDS.indexOf(name));

const inBraces = (name: DataCommand): string => (name === "fetch" ? "{data}" : "{output}");
