import { stripVTControlCharacters } from "node:util";

interface ExecFailure {
  readonly message: string;
  readonly cmd: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
}

const shownLines = 20;

/**
 * Explains an error that ended a call: its message and, for a command that failed, the last lines of its output. A
 * stack trace is shown only where the module itself is at fault.
 */
export const explain = (error: unknown): string => printable(explained(error));

/** Without what a terminal would take for commands: a project's output may have anything in it. */
const printable = (text: string): string => stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n\r\t]/gu, "");

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.map(explained).join("\n");
  if (error instanceof TypeError || error instanceof ReferenceError) return error.stack ?? error.message;
  if (!isExecFailure(error)) return error.message;
  const named = error.cmd.length === 0 || error.message.includes(error.cmd.join(" "));
  const parts = [named ? error.message : `${error.cmd.join(" ")}: ${error.message}`];
  for (const name of ["stderr", "stdout"] as const) {
    const text = error[name].trim();
    if (text !== "" && !error.message.includes(text)) parts.push(`${name}:\n${lastLines(text)}`);
  }
  return parts.join("\n");
}

function isExecFailure(error: Error): error is Error & ExecFailure {
  return "cmd" in error && Array.isArray(error.cmd) && "stderr" in error && "stdout" in error;
}

function lastLines(text: string): string {
  const lines = text.split("\n");
  const cut = lines.length - shownLines;
  const shown = lines.slice(-shownLines).map((line) => `  ${line}`);
  return [...(cut > 0 ? [`  … (${cut} more lines above)`] : []), ...shown].join("\n");
}
