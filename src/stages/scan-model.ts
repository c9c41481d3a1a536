import { modelFiles } from "../model/manifest.ts";
import { byteText, counted } from "../text.ts";
import { defineStage } from "./definition.ts";
import { inContainer, takesBaseline, takesModel, together } from "./inputs.ts";
import { pointersText, searchSecrets, secretsText, unreadWarnings } from "./secrets.ts";
import { failedRun, type Outcome } from "./stage.ts";
import { requireModel, train } from "./train.ts";

const ADVICE = "Let src.train write no such file, or take it out of the model's folder";

/**
 * Looks for keys, tokens and passwords in the model's files, which the image takes as they are, and for pointers of Git LFS that
 * stand in the place of files, also in the baseline.
 */
export const scanModel = defineStage({
  name: "scan model",
  step: "Evaluate",
  page: "your-project",
  needs: { trained: train },
  depends: async (inputs) =>
    together(inContainer(inputs), takesModel(inputs), takesBaseline(inputs.baseline), {
      settings: { image: { "allow-secrets": inputs.context.config.image["allow-secrets"] } },
    }),
  async run(inputs, { trained }): Promise<Outcome<undefined>> {
    const { context, baseline } = inputs;
    const [model, accepted] = await Promise.all([
      searchSecrets(context, modelFiles(requireModel(inputs, trained)), "models/"),
      baseline === undefined ? undefined : searchSecrets(context, modelFiles(baseline), ""),
    ]);
    const runs = accepted === undefined ? [model.run] : [model.run, accepted.run];
    const broken = runs.find((run) => !run.ok);
    const { found } = model;
    if (broken !== undefined || found === undefined) return failedRun(broken ?? model.run);
    const { files, bytes, secrets, pointers } = found;
    const ofBaseline = accepted?.found?.pointers ?? [];
    const faults = [
      ...(pointers.length === 0 ? [] : [pointersText(pointers)]),
      ...(ofBaseline.length === 0 ? [] : [`--baseline: ${pointersText(ofBaseline)}`]),
      ...(secrets.length === 0 ? [] : [secretsText(secrets, ADVICE)]),
    ];
    if (faults.length > 0) return { status: "failed", message: faults.join(" "), runs };
    return {
      status: "passed",
      message: `no keys or tokens in ${counted(files, "file")} of ${byteText(bytes)} of the model`,
      warnings: unreadWarnings(found),
      value: undefined,
      runs,
    };
  },
});
