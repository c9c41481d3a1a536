import { type Container, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { type Replayed, replayedText } from "../replay/words.ts";

const ended = z.object({
  status: z.enum(["passed", "failed", "warned", "skipped"]),
  message: z.string(),
  commands: z.array(z.object({ name: z.string(), command: z.string(), exitCode: z.number() })),
});

const recordedReplay: z.ZodType<Replayed> = z.object({
  stage: z.string().optional(),
  outcome: z.enum(["same", "otherwise", "passed", "nothing"]),
  warned: z.array(z.string()).optional(),
  had: z.array(
    z.object({
      input: z.enum(["source", "data", "model", "accepted model", "image in production"]),
      isSame: z.boolean().optional(),
      text: z.string(),
    }),
  ),
  before: ended.optional(),
  now: ended.extend({ output: z.string() }).optional(),
  typed: z.string().optional(),
  other: z.object({ command: z.string(), exitCode: z.number(), output: z.string() }).optional(),
});

/** A failed stage that was run again on what its run had. */
@object()
export class Replay {
  /** A `Replayed` of the room of replays as JSON. */
  private readonly json: string;
  private readonly shell?: Container;

  constructor(json: string, shell?: Container) {
    this.json = json;
    if (shell !== undefined) this.shell = shell;
  }

  /** Says `same` where it failed the same way, `otherwise` where in another one, `passed`, or `nothing` where the run had not failed. */
  @func()
  outcome(): string {
    return this.read().outcome;
  }

  /** Says what of the run's inputs was had and what was not, and how the stage ended. */
  @func()
  text(): string {
    return replayedText(this.read());
  }

  /**
   * Gives the container of the stage at its failing command, with its files, variables and folder; `terminal` opens a shell there.
   *
   * The program `replay` in it is the failing command. Gates decide by numbers: theirs is the container of the evaluation.
   */
  @func()
  container(): Container {
    const { stage } = this.read();
    if (this.shell !== undefined) {
      // Whoever gets a container has no other way to see what it is of: both engines show what is printed.
      console.info(this.text());
      return this.shell;
    }
    if (stage === undefined) throw new UserError(this.text(), "replay");
    throw new UserError(`${stage} runs nothing in a container, so there is none to open.\n${this.text()}`, "replay");
  }

  private read(): Replayed {
    return parseJson(this.json, recordedReplay, "the record of the replay");
  }
}
