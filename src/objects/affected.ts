import { type Directory, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { affectedOutputs, affectedStages, affectedText, type Affected as Found } from "../keys/affected.ts";
import { nearest } from "../text.ts";
import { textReport } from "./text-report.ts";

const recordedAffected: z.ZodType<Found> = z.object({
  schemaVersion: z.literal(1),
  isCompared: z.boolean(),
  stages: z.array(
    z.object({
      name: z.string(),
      isAffected: z.boolean(),
      because: z.array(z.string()),
      after: z.array(z.string()),
    }),
  ),
});

/** Which stages a change affects, and by what. */
@object()
export class Affected {
  /** An `Affected` of the keys' room as JSON. */
  private readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  /** Says for each stage whether it is affected, and which files, settings, packages or earlier stages made it so. */
  @func()
  text(): string {
    return affectedText(this.read());
  }

  /** Lists the stages that are affected, in the order of the pipeline. */
  @func()
  stages(): string[] {
    return affectedStages(this.read());
  }

  /** Says whether a stage is affected. */
  @func()
  affects(
    /** The stage, by its name in the report. */
    stage: string,
  ): boolean {
    return this.stageNamed(stage).isAffected;
  }

  /** Gives lines for the outputs of a CI job: AFFECTED=train,gates and RUN_TRAIN=true for each stage. */
  @func()
  outputs(): string {
    return affectedOutputs(this.read());
  }

  /** Fails when any stage is affected, with what made it so; says otherwise that none is. */
  @func()
  assert(): string {
    const found = this.read();
    const text = affectedText(found);
    if (affectedStages(found).length === 0) return text;
    throw new UserError(text, "why");
  }

  /** Gives a folder with affected.txt, affected.json and outputs.env. */
  @func()
  report(): Directory {
    const found = this.read();
    return textReport("affected", { found, text: affectedText(found), outputs: affectedOutputs(found) });
  }

  private stageNamed(name: string): Found["stages"][number] {
    const { stages } = this.read();
    const found = stages.find((stage) => stage.name === name);
    if (found !== undefined) return found;
    const names = stages.map((stage) => stage.name);
    const meant = nearest(name, names);
    throw new UserError(
      `--stage=${name}: this project has no such stage.${meant === undefined ? "" : ` Did you mean ${meant}?`} It has ${names.join(", ")}.`,
      "why",
    );
  }

  private read(): Found {
    return parseJson(this.json, recordedAffected, "what a change affects");
  }
}
