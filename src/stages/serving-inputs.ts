import type { Directory } from "@dagger.io/dagger";
import type { Context } from "../context/context.ts";
import { askedFiles } from "../project/files.ts";
import { recordedFile } from "../project/serving/requests.ts";
import type { RunInputs, StageInputs } from "./definition.ts";
import { takesModel, together } from "./inputs.ts";

/** What the image of a model is made of; nothing for a project without a server. */
export function imageInputs(inputs: RunInputs): StageInputs {
  const { project, config } = inputs.context;
  const entry = project.entryPoints.serve;
  if (entry === undefined) return {};
  return together(takesModel(inputs), {
    folders: { source: project.image },
    settings: { serve: config.serve, image: { "writable-folders": config.image["writable-folders"] } },
    command: entry,
    installs: "serving",
  });
}

/** The files of recorded requests that a served model may be asked. */
export const requestFiles = ({ project, config }: Context): string[] => [
  ...new Set([recordedFile(project.requests), config.gates.shadow?.requests ?? recordedFile(project.requests)]),
];

/** What a served model is asked of the project's own. */
export const questions = (context: Context): Directory => askedFiles(context.project.source, requestFiles(context));
