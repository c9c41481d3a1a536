import type { CommandsResult } from "../containers/commands.ts";
import { DATA_TOOLS } from "../containers/paths.ts";
import { answerFindings } from "../measurements/serving/answer.ts";
import { withInstances } from "../measurements/serving/instances.ts";
import { type Answer, requestPredictions } from "../measurements/serving/predict.ts";
import { type NotServing, toldByClients } from "../measurements/serving/service.ts";
import { recordedFile } from "../project/serving/requests.ts";
import { buildImage } from "./build-image.ts";
import { defineStage, withReadyData } from "./definition.ts";
import type { Evidence } from "./evidence.ts";
import { inContainer, takesData, together } from "./inputs.ts";
import { withMissingPackage } from "./missing-package.ts";
import { READY_DATA } from "./ready-data.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";

/**
 * Starts the built image, waits until it is healthy, sends one real instance and checks the answer against the schema gate's
 * settings.
 */
export const serve = defineStage({
  name: "serve",
  step: "Try",
  needs: { ...READY_DATA, built: buildImage },
  async depends(inputs) {
    const { context } = inputs;
    if (context.project.entryPoints.serve === undefined) return undefined;
    const { drift: _, ...data } = context.config.data;
    return together(
      inContainer(inputs, { tools: [DATA_TOOLS], times: ["answer-seconds", "answer-megabytes"] }),
      takesData(inputs),
      {
        folders: { questions: context.project.source.filter({ include: [recordedFile(context.project.requests)] }) },
        settings: { data, serve: context.config.serve, gates: { schema: context.config.gates.schema } },
        from: ["built"],
      },
    );
  },
  async run(inputs, { built, ...ready }): Promise<Outcome<void>> {
    if (built === undefined) throw new Error("a server was to be tried without an image");
    const context = withReadyData(inputs, ready);
    const image = built.container;
    const instances = await withInstances(context, 1);
    const response = await requestPredictions(context, { model: image }, instances, { limit: 1 });
    if ("reason" in response) return withMissingPackage(notServing(response), context, "programs");
    const health = response.output.health.model;
    const [answer] = response.output.answers.model ?? [];
    const problem = problemOf(answer, context.config.gates.schema?.classes);
    if (answer === undefined || problem !== undefined) {
      const message = `POST ${context.project.protocol.route}${problem}`;
      return { status: "failed", message, output: toldOf(response.run, answer), runs: [response.run] };
    }
    const took = `ready after ${health?.seconds.toFixed(1)} s, one prediction in ${(answer.seconds * 1000).toFixed(0)} ms`;
    return { ...outcomeOf(response.run, took, undefined), evidence: evidenceOf(instances.first, answer) };
  },
});

/** How long a request may be that is kept, in letters of its JSON: it is a row, and not a picture. */
const MAX_KEPT = 10_000;

function evidenceOf(instance: unknown, { predictions }: Answer): Evidence {
  const isKept =
    instance !== undefined && predictions !== undefined && (JSON.stringify(instance) ?? "").length <= MAX_KEPT;
  return isKept ? { answered: { instance, predictions } } : {};
}

/** What is wrong with the answer, and which setting speaks of it; undefined when nothing is. */
function problemOf(answer: Answer | undefined, classes: Parameters<typeof answerFindings>[1]): string | undefined {
  if (answer === undefined || answer.status === 0) return ` was not answered: ${answer?.text}`;
  if (answer.status !== OK) return ` was answered with HTTP ${answer.status}: ${answer.text}${advice(answer.status)}`;
  const findings = answerFindings(answer, classes);
  return findings.length === 0 ? undefined : `: ${findings.join("; ")}`;
}

const OK = 200;

/** The settings that a refusal may be about. */
function advice(status: number): string {
  if (status === 404 || status === 405) return "; serve.route says where it takes requests";
  return status === 400 || status === 415 || status === 422 ? "; serve.request says what its requests look like" : "";
}

/** What was sent, what came back, and what the server printed. */
function toldOf(run: CommandsResult, answer: Answer | undefined): string {
  const told = toldByClients([run]);
  return told === "" ? [answer?.request, answer?.text].filter(Boolean).join("\n") : told;
}

/** Reports the server's own last lines: they say more than that it did not answer. */
function notServing({ reason, runs }: NotServing): Outcome<never> {
  const last = runs.at(-1);
  const failed = last === undefined ? {} : failedRun(last);
  const told = toldByClients(runs);
  return { ...failed, ...(told === "" ? {} : { output: told }), status: "failed", message: reason, runs };
}
