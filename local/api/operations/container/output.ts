import { EngineError } from "../../../base/errors.ts";
import type { Container } from "../../../engine/values/container.ts";
import { combinedOutput, type Outcome } from "../../../engine/values/outcome.ts";
import { reads } from "../define.ts";

function lastOutcome(container: Container): Promise<Outcome> {
  if (container.exec === undefined) throw new EngineError("no command has been set");
  return container.exec.get();
}

/** The output and the exit code of the last command. Asking for either runs it. */
export const outputs = [
  reads("Container", "String!", "stdout", {
    doc: "The standard output of the last command.",
    read: async (container) => (await lastOutcome(container)).stdout,
  }),
  reads("Container", "String!", "stderr", {
    doc: "The standard error of the last command.",
    read: async (container) => (await lastOutcome(container)).stderr,
  }),
  reads("Container", "String!", "combinedOutput", {
    doc: "Standard output and standard error of the last command, in the order in which they were printed.",
    read: async (container) => combinedOutput(await lastOutcome(container)),
  }),
  reads("Container", "Int!", "exitCode", {
    doc: "The exit code of the last command.",
    read: async (container) => (await lastOutcome(container)).exitCode,
  }),
];
