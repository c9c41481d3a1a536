import type { ChildResult } from "../child.ts";
import { reasonOf } from "../skopeo.ts";
import { askForManifest, askToPush, type Question } from "./ask.ts";
import { type Failure, isFailure } from "./failure.ts";

const patienceMs = 10_000;

/**
 * Explains why skopeo could not pull: the registry is asked directly. If it has no objection, the message of skopeo is
 * used.
 */
export async function explainPull(question: Waiting, result: ChildResult): Promise<Failure> {
  const answer = await askForManifest(limited(question));
  return isFailure(answer) ? answer : ownWords(result);
}

/** Explains why skopeo could not push, in the same way. */
export async function explainPush(question: Waiting, result: ChildResult): Promise<Failure> {
  return (await askToPush(limited(question))) ?? ownWords(result);
}

type Waiting = Omit<Question, "signal"> & { readonly signal?: AbortSignal };

function limited({ signal, ...question }: Waiting): Question {
  const timeout = AbortSignal.timeout(patienceMs);
  return { ...question, signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]) };
}

function ownWords(result: ChildResult): Failure {
  return { problem: "other", reason: reasonOf(result.stderr) };
}
