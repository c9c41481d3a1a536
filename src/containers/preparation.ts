import { asExecFailure, type ExecFailure, UserError } from "../errors.ts";
import { lastLinesOfAll, lastWords } from "../text.ts";
import { causeOf } from "./causes.ts";
import { ownProgram, shellWords } from "./command-words.ts";
import { explainExitCode } from "./exit-code.ts";
import { installationText } from "./installation.ts";
import { programPath } from "./programs.ts";

/*
 * What comes before the commands of a stage, such as an installation, is no result of the stage: it throws. Its headline starts with the
 * reason, since the command is the pipeline's own, and nobody has typed it.
 */

/** How many lines of a failing installation's output a message carries; `run_commands.py` says it of a stage's commands. */
const SHOWN_LINES = 2000;

/** What a stage or a function needs could not be made. */
export class PreparationError extends UserError {
  /** Why, in one line. */
  readonly headline: string;
  /** What was printed. */
  readonly output: string;
  /** The same for all that fail for the same reason. */
  readonly reason: string;

  constructor(failure: ExecFailure) {
    const headline = preparationText(failure);
    const output = lastLinesOfAll([failure.stdout, failure.stderr].filter(Boolean).join("\n"), SHOWN_LINES);
    super(output.trim() === "" ? headline : `${headline}\n${output}`);
    this.headline = headline;
    this.output = output;
    // Two containers may run the same command, and fail for different reasons.
    this.reason = JSON.stringify([failure.cmd, headline.replaceAll(TEMPORARY, "")]);
  }
}

/** Names that are other ones each time. */
const TEMPORARY = /(?:\/tmp\/|\.tmp)[\w./-]+/g;

/** A failed command as an error that says why; undefined for what is none. */
export function preparationError(error: unknown): PreparationError | undefined {
  if (error instanceof PreparationError) return error;
  const failure = asExecFailure(error);
  return failure === undefined ? undefined : new PreparationError(failure);
}

/** Why a command failed that is not one of a stage's own, with the reason first. */
export function preparationText(failure: ExecFailure): string {
  const { cmd, exitCode, stdout, stderr } = failure;
  if (cmd.includes(programPath("run_within.py"))) return installationText(failure);
  const said = [stdout, stderr].filter(Boolean).join("\n");
  const { text, advice } = (exitCode < 126 ? causeOf(said) : undefined) ?? {};
  const exit = explainExitCode(exitCode);
  const reason = text ?? (exitCode < 126 ? lastWords(said) : "");
  const more = advice === undefined ? "" : `; ${advice}`;
  const lock = lockThatIsRead(cmd);
  if (lock !== undefined) return `${lock} cannot be read: ${reason || exit}${more}`;
  return `${reason === "" ? exit : `${reason} (${exit})`}, trying to run ${ownProgram(cmd) ?? shellWords(cmd)}${more}`;
}

/** The lock file that only its own tool can read. */
function lockThatIsRead(cmd: readonly string[]): string | undefined {
  const tool = cmd[cmd.indexOf("export") - 1];
  return tool === "poetry" || tool === "pdm" ? `${tool}.lock` : undefined;
}
