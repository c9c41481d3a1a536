import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { failedRunText, passedText } from "../report/text.ts";
import { recordedDeployed } from "./deployment.ts";
import type { ModelImage } from "./model-image.ts";
import { recordedGates, recordedStages } from "./recorded.ts";
import { failedText, sayOutcome } from "./say-outcome.ts";
import { type Gate, gate, type Stage, stage } from "./stage.ts";

export const recordedRun = z.object({
  verdict: z.enum(["passed", "failed"]),
  failure: z.object({ stage: z.string(), message: z.string() }).optional(),
  image: z.object({ id: z.string(), published: z.string().optional() }).optional(),
  stages: recordedStages,
  gates: recordedGates,
  deployments: z.array(recordedDeployed).optional(),
  dryRun: z.literal(true).optional(),
  training: z.object({ profile: z.literal("quick").optional() }).optional(),
});

/** The record of a pipeline run, whether it passed or failed; `assert` turns a failed run into an error. */
@object()
export class Run {
  /** The content of `report.json`. */
  private readonly json: string;
  private readonly folder: Directory;
  private readonly trained?: Directory;
  private readonly built?: ModelImage;
  private readonly answered?: Directory;

  constructor(json: string, folder: Directory, trained?: Directory, built?: ModelImage, answered?: Directory) {
    this.json = json;
    this.folder = folder;
    if (trained !== undefined) this.trained = trained;
    if (built !== undefined) this.built = built;
    if (answered !== undefined) this.answered = answered;
  }

  /** Says `passed` or `failed`. */
  @func()
  verdict(): string {
    return this.read().verdict;
  }

  /** Lists all stages, in the order of the pipeline. */
  @func()
  stages(): Stage[] {
    return this.read().stages.map(stage);
  }

  /** Lists the gates in the order in which they were asked; none when the run did not get as far. */
  @func()
  gates(): Gate[] {
    return this.read().gates.map(gate);
  }

  /**
   * Gives the report folder, with a page for a person and files for a CI system.
   *
   * index.html (the page), report.json (all of it), summary.md (for a pull request or a job summary), junit.xml and tests/ (for
   * the CI system), outputs.env (VERDICT, SHOULD_DEPLOY, IMAGE … for later jobs), annotations.txt and codequality.json (what was found, at its lines).
   */
  @func()
  report(): Directory {
    this.sayFailure();
    return this.folder;
  }

  /** Gives the trained model with its manifest, for --reuse or --baseline of a later run; fails when training did. */
  @func()
  model(): Directory {
    return this.madeOf(this.trained, "is no model");
  }

  /** Gives the predictions of the model on the evaluation data; fails when its evaluation wrote none, or the run did not get as far. */
  @func()
  predictions(): Directory {
    return this.madeOf(this.answered, "are no predictions");
  }

  /** Gives the serving image; fails when the run did not get as far. */
  @func()
  image(): ModelImage {
    return this.madeOf(this.built, "is no image");
  }

  /** Gives a line for each stage and gate, and where the image is; fails when the run did, with the stage, its number and its limit. */
  @func()
  assert(): string {
    return this.conclusion();
  }

  /** The text of `assert`, with a hint before the line that all of it ends with, or after what failed. */
  conclusion(hint?: string): string {
    const report = this.read();
    const hints = hint === undefined ? [] : [hint];
    if (report.verdict === "failed") {
      const text = failedRunText((failed) => failedHead(report, failed), report.stages);
      throw new UserError([text, ...hints].join("\n"));
    }
    const where = report.image?.published ?? unpushed(report.image?.id);
    const waiting = (report.deployments ?? []).filter(({ outcome }) => outcome === "waiting");
    return [
      passedText(report.stages, report.gates),
      // A report of a part of the pipeline has no image.
      ...(where === undefined
        ? []
        : [
            "",
            ...unjudged(report),
            ...hints,
            ...dryRunText(report),
            ...quickText(report),
            `Pipeline complete! Image: ${where}`,
          ]),
      ...waiting.map(({ environment, next }) => `${environment} waits for a person, who goes on with:\n  ${next}`),
    ].join("\n");
  }

  /** The content of `report.json`, for records that hold a run. */
  content(): string {
    return this.json;
  }

  /** The report folder, for records that say themselves how the run ended. */
  reportFolder(): Directory {
    return this.folder;
  }

  /** @throws UserError saying that there is none, and why */
  private madeOf<Made>(made: Made | undefined, none: string): Made {
    if (made === undefined) throw new UserError(`There ${none}: ${this.failure()}`);
    this.sayFailure();
    return made;
  }

  /** What is given of a failed run is given without an error. */
  private sayFailure(): void {
    const { verdict, stages } = this.read();
    if (verdict === "failed") sayOutcome("verdict: failed", failedText(stages));
  }

  private read(): z.output<typeof recordedRun> {
    return parseJson(this.json, recordedRun, "the report of the run");
  }

  private failure(): string {
    const { failure } = this.read();
    return failure === undefined ? "the run passed without one" : `${failure.stage} failed: ${failure.message}`;
  }
}

/** What failed, and what there is of it all the same: a deploy is of an image that was published before it. */
function failedHead({ image, deployments = [], dryRun }: z.output<typeof recordedRun>, failed: string): string {
  const pushed = image?.published;
  if (pushed !== undefined) return `Pipeline failed: ${failed}. ${pushed} was pushed before.`;
  const [first] = deployments;
  if (dryRun === true) return `Pipeline failed: ${failed}. ${dryRunText({ dryRun }).join("")}`;
  return first === undefined
    ? `Pipeline failed: ${failed}. Nothing was published.`
    : `Deploy failed: ${failed}. ${first.image} was published before, and stays so.`;
}

/** The ID is no digest, by which an image could be named. */
const unpushed = (id: string | undefined): string | undefined =>
  id === undefined ? undefined : `${id} (the image ID: it was not pushed, so it has no digest)`;

const dryRunText = ({ dryRun }: Pick<z.output<typeof recordedRun>, "dryRun">): string[] =>
  dryRun === true ? ["Dry run: nothing was pushed, deployed or stored."] : [];

const quickText = ({ training }: Pick<z.output<typeof recordedRun>, "training">): string[] =>
  training?.profile === undefined
    ? []
    : ["Quick profile: the project works. The model is never published, deployed, stored or compared with."];

/** That a run has passed says nothing of how good its model is where no limit was there to say it. */
function unjudged({ gates }: Pick<z.output<typeof recordedRun>, "gates">): string[] {
  if (gates.length === 0) return ["⚠ No gate judged the model."];
  const metrics = gates.find(({ id, status }) => id === "metrics" && status === "skipped");
  return metrics === undefined ? [] : [`⚠ No limit judged how good the model is: ${metrics.message}.`];
}
