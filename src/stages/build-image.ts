import { type Container, ImageLayerCompression } from "@dagger.io/dagger";
import { runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { requireModule } from "../project/project.ts";
import { defineStage } from "./definition.ts";
import { judge } from "./judge.ts";
import { servingContainer } from "./serving-container.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";
import { requireModel, train } from "./train.ts";

export interface BuiltImage {
  readonly container: Container;
  /** `sha256:…`: the image ID, equal in every registry. */
  readonly id: string;
}

/** Builds the serving image and finds out its ID. */
export const buildImage = defineStage({
  name: "build image",
  step: "Package",
  needs: { trained: train, judged: judge },
  async run(inputs, { trained }): Promise<Outcome<BuiltImage>> {
    const { context } = inputs;
    requireModule(context.project, "src.serve", "answers requests in the image");
    const container = await servingContainer(context, requireModel(inputs, trained), "--model");
    const program = programPath("image_id.py");
    const result = `${RESULTS}/id`;
    const archive = container.asTarball({ forcedCompression: ImageLayerCompression.Uncompressed });
    const run = await runCommands(
      withProgram(pythonBase(context), "image_id.py").withMountedFile("/image.tar", archive),
      [{ name: "image-id", args: ["python3", program, "/image.tar", result], shown: "read the image ID" }],
      { since: context.since },
    );
    if (!run.ok) return failedRun(run);
    const id = (await run.container.file(result).contents()).trim();
    return outcomeOf(run, `image ${id}`, { container, id });
  },
});
