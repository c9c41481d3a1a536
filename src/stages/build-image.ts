import { type Container, ImageLayerCompression } from "@dagger.io/dagger";
import { z } from "zod";
import { runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { UserError } from "../errors.ts";
import { type Packages, packagesSchema } from "../evidence/packages.ts";
import { parseJson } from "../json.ts";
import { type Project, requireEntryPoint } from "../project/project.ts";
import { imageContent } from "../registry/image-content.ts";
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
  /** The text of its configuration. */
  configuration: z.string(),
  /** The size of all layers, uncompressed. */
  bytes: z.number(),
  /** The largest folders, the largest first. */
  folders: z.array(z.object({ path: z.string(), bytes: z.number() })),
});
export type DescribedImage = z.output<typeof describedImageSchema>;

export interface BuiltImage extends Omit<DescribedImage, "configuration"> {
  readonly container: Container;
  /** Equal for equal images, whenever they were built. */
  readonly content: string;
  readonly packages: Packages;
}

/** What reads the image's archive, and where the answer is. */
const READERS = [
  { program: "image_id.py", purpose: "read the image ID", answer: "image.json" },
  { program: "image_packages.py", purpose: "list the packages of the image", answer: "packages.json" },
] as const;

/** Builds the serving image, and finds out its ID, what is large in it, and its packages. */
export const buildImage = defineStage({
  name: "build image",
  step: "Package",
  needs: { trained: train, scannedModel: scanModel, judged: judge, scanned: scanSecrets },
  async run(inputs, { trained }): Promise<Outcome<BuiltImage>> {
    const { context } = inputs;
    const { title } = requireEntryPoint(context.project, "serve", "answers requests in the image");
    if (title === "src.serve") requireInImage(context.project, "src/serve.py");
    const container = await servingContainer(context, requireModel(inputs, trained), "--model");
    const archive = container.asTarball({ forcedCompression: ImageLayerCompression.Uncompressed });
    const run = await runCommands(
      READERS.reduce((mounted, { program }) => withProgram(mounted, program), pythonBase(context)).withMountedFile(
        "/image.tar",
        archive,
      ),
      READERS.map(({ program, purpose, answer }) => ({
        name: program.replace(".py", ""),
        args: ["python3", programPath(program), "/image.tar", `${RESULTS}/${answer}`],
        purpose,
      })),
      { since: context.since, limits: context.limits },
    );
    if (!run.ok) return failedRun(run);
    const [image, packages] = await Promise.all([
      run.results.file("image.json").contents(),
      run.results.file("packages.json").contents(),
    ]);
    const { configuration, ...described } = parseJson(image, describedImageSchema, "image.json");
    const content = imageContent(configuration)?.content;
    if (content === undefined) throw new Error(`the image ${described.id} has no configuration of an image`);
    return outcomeOf(run, imageText(described), {
      ...{ container, content },
      ...described,
      packages: parseJson(packages, packagesSchema, "packages.json"),
    });
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

function imageText({ id, bytes, folders }: Omit<DescribedImage, "configuration">): string {
  const largest = folders.slice(0, SHOWN_FOLDERS).map((folder) => `${folder.path} ${byteText(folder.bytes)}`);
  return `image ${id} of ${byteText(bytes)}${largest.length === 0 ? "" : ` (${largest.join(", ")})`}`;
}
