import { filesFor } from "../containers/app.ts";
import { runCommands } from "../containers/commands.ts";
import { forOwnPrograms, pythonBase } from "../containers/images.ts";
import { APP, RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { parseJson } from "../json.ts";
import { modelFiles } from "../model/manifest.ts";
import {
  areEqual,
  chancesText,
  comparisonSchema,
  comparisonText,
  type ModelComparison,
} from "../model/reproduction.ts";
import { scriptFile } from "../project/commands/script-file.ts";
import { requireEntryPoint } from "../project/project.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { TRAINING_DATA } from "./sample-data.ts";
import { failedRun, type Outcome } from "./stage.ts";
import { requireModel, train, trainAgain } from "./train.ts";

const [FIRST, SECOND] = ["/first", "/second"];
const ANSWER = `${RESULTS}/comparison.json`;

/** Trains a second time on the same inputs, whatever the cache has, and holds the files of both models against each other. */
export const verifyTraining = defineStage({
  name: "verify training",
  step: "Train",
  page: "why",
  needs: { ...TRAINING_DATA, trained: train },
  async run(inputs, { trained, ...ready }): Promise<Outcome<ModelComparison>> {
    const context = withReadyData(inputs, ready);
    const { project } = context;
    const entry = requireEntryPoint(project, "train", "trains the model");
    const { run, folder } = await trainAgain(inputs, context, entry);
    if (!run.ok) {
      const failed = failedRun(run);
      return { ...failed, message: `the second training failed where the first one did not: ${failed.message}` };
    }
    const own = forOwnPrograms(context);
    const container = withProgram(pythonBase(own), "compare_models.py")
      .withMountedDirectory(FIRST, modelFiles(requireModel(inputs, trained)))
      .withMountedDirectory(SECOND, modelFiles(run.container.directory(folder)))
      .withMountedDirectory(APP, filesFor(project, entry));
    const script = scriptFile(entry, project.pythonFiles) ?? "";
    const args = ["python3", programPath("compare_models.py"), FIRST, SECOND, APP, ANSWER, script];
    const compared = await runCommands(container, [{ name: "compare", args, purpose: "compare the two models" }], {
      since: context.since,
      limits: context.limits,
    });
    const runs = [run, compared];
    if (!compared.ok) return { ...failedRun(compared), runs };
    const found = parseJson(await compared.container.file(ANSWER).contents(), comparisonSchema, "comparison.json");
    const told = { message: comparisonText(found), runs, evidence: { reproduction: found } };
    return areEqual(found)
      ? { ...told, status: "passed", value: found }
      : { ...told, status: "failed", output: chancesText(found) };
  },
});
