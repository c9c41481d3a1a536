import { type Container, ImageLayerCompression } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { type Project, requireEntryPoint } from "../project/project.ts";
import { byteText } from "../text.ts";
import { defineStage } from "./definition.ts";
import { judge } from "./judge.ts";
import { scanModel } from "./scan-model.ts";
import { scanSecrets } from "./scan-secrets.ts";
import { servingContainer } from "./serving-container.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";
import { requireModel, train } from "./train.ts";

/** What `image_id.py` writes. */
export const describedImageSchema = z.object({
  /** `sha256:…`: the image ID, equal in every registry. */
  id: z.string(),
  /** The size of all layers, uncompressed. */
  bytes: z.number(),
  /** The largest folders, the largest first. */
  folders: z.array(z.object({ path: z.string(), bytes: z.number() })),
});
export type DescribedImage = z.output<typeof describedImageSchema>;

export interface BuiltImage extends DescribedImage {
  readonly container: Container;
}

/** Builds the serving image, and finds out its ID and what is large in it. */
export const buildImage = defineStage({
  name: "build image",
  step: "Package",
  needs: { trained: train, scannedModel: scanModel, judged: judge, scanned: scanSecrets },
  async run(inputs, { trained }): Promise<Outcome<BuiltImage>> {
    const { context } = inputs;
    const { title } = requireEntryPoint(context.project, "serve", "answers requests in the image");
    if (title === "src.serve") requireInImage(context.project, "src/serve.py");
    const container = await servingContainer(context, requireModel(inputs, trained), "--model");
    const program = programPath("image_id.py");
    const answer = "image.json";
    const archive = container.asTarball({ forcedCompression: ImageLayerCompression.Uncompressed });
    const run = await runCommands(
      withProgram(pythonBase(context), "image_id.py").withMountedFile("/image.tar", archive),
      [
        {
          name: "image-id",
          args: ["python3", program, "/image.tar", `${RESULTS}/${answer}`],
          shown: "read the image ID",
        },
      ],
      { since: context.since, limits: context.limits },
    );
    if (!run.ok) return failedRun(run);
    const image = parseJson(await run.results.file(answer).contents(), describedImageSchema, answer);
    return outcomeOf(run, imageText(image), { container, ...image });
  },
});

/** @throws UserError when an ignore file keeps a file out that the image cannot do without */
function requireInImage({ leftOut, dockerIgnore }: Project, file: string): void {
  const found = Object.entries(leftOut).find(([, paths]) => paths.includes(file))?.[0];
  if (found === undefined) return;
  const cause = found === ".dockerignore" ? dockerIgnore : found;
  throw new UserError(
    `${cause} keeps ${file} out of the image. Change it there, or take the file back: image.include = [${JSON.stringify(file)}].`,
    "your-project",
  );
}

const SHOWN_FOLDERS = 3;

function imageText({ id, bytes, folders }: DescribedImage): string {
  const largest = folders.slice(0, SHOWN_FOLDERS).map((folder) => `${folder.path} ${byteText(folder.bytes)}`);
  return `image ${id} of ${byteText(bytes)}${largest.length === 0 ? "" : ` (${largest.join(", ")})`}`;
}
