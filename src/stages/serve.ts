import { answerFindings } from "../measurements/serving/answer.ts";
import { withInstances } from "../measurements/serving/instances.ts";
import { requestPredictions } from "../measurements/serving/predict.ts";
import type { NotServing } from "../measurements/serving/service.ts";
import { buildImage } from "./build-image.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { READY_DATA } from "./ready-data.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";

/**
 * Starts the built image, waits for `/health`, sends one real instance to `/predict` and checks the answer against the schema
 * gate's settings.
 */
export const serve = defineStage({
  name: "serve",
  step: "Try",
  needs: { ...READY_DATA, built: buildImage },
  async run(inputs, { built, ...ready }): Promise<Outcome<void>> {
    if (built === undefined) throw new Error("a server was to be tried without an image");
    const context = withReadyData(inputs, ready);
    const image = built.container;
    const response = await requestPredictions(context, { model: image }, await withInstances(context, 1), { limit: 1 });
    if ("reason" in response) return notServing(response);
    const health = response.output.health.model;
    const [answer] = response.output.answers.model ?? [];
    if (answer === undefined || answer.status !== 200) {
      const what = answer?.status ? `HTTP ${answer.status}: ${answer.text.slice(0, 500)}` : answer?.text;
      return { status: "failed", message: `POST /predict was not answered: ${what}`, runs: [response.run] };
    }
    const findings = answerFindings(answer.text, context.config.gates.schema?.classes);
    if (findings.length > 0) {
      return { status: "failed", message: `POST /predict: ${findings.join("; ")}`, runs: [response.run] };
    }
    const took = `ready after ${health?.seconds.toFixed(1)} s, one prediction in ${(answer.seconds * 1000).toFixed(0)} ms`;
    return outcomeOf(response.run, took, undefined);
  },
});

/** Reports the server's own last lines: they say more than that it did not answer. */
function notServing({ reason, runs }: NotServing): Outcome<never> {
  const last = runs.at(-1);
  return { ...(last === undefined ? {} : failedRun(last)), status: "failed", message: reason, runs };
}
