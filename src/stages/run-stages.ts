import type { Verdict } from "../gates/result.ts";
import type { AnyStage, RunInputs, ValueOf } from "./definition.ts";
import { allEvidence, type Evidence } from "./evidence.ts";
import { failedStage, type Passed, type Stage, type StageReport, skippedStage, stage } from "./stage.ts";

/** The results of some stages. */
export interface StagesResult {
  readonly verdict: Verdict;
  /** In the order of the list that was given. */
  readonly stages: readonly StageReport[];
  readonly evidence: Evidence;
  /** The value of a stage; undefined unless it passed. */
  value<Definition extends AnyStage>(definition: Definition): ValueOf<Definition> | undefined;
}

/**
 * Runs stages, each as soon as those that it needs have ended. One that does not run because another failed is skipped, and
 * says after which failure; all that is independent of the failure still runs.
 */
export async function runStages(definitions: readonly AnyStage[], inputs: RunInputs): Promise<StagesResult> {
  const planned = definitions.filter((definition) => definition.when?.(inputs) ?? true);
  const running = new Map<string, Promise<Ended>>();
  const resultOf = (definition: AnyStage): Promise<Ended> | undefined => {
    if (!planned.some(({ name }) => name === definition.name)) return undefined;
    const result = running.get(definition.name) ?? start(definition, inputs, resultOf);
    running.set(definition.name, result);
    return result;
  };
  const ended = await Promise.all(planned.map(resultOf));
  const failure = failedStage(ended.flatMap((one) => one?.report ?? []));
  const results = planned.map(
    (definition, index) => ended[index] ?? skippedStage(definition, `after ${failure?.name} failed`),
  );
  return {
    verdict: failure === undefined ? "passed" : "failed",
    stages: results.map(({ report }) => report),
    evidence: allEvidence(results.map(({ evidence }) => evidence)),
    value: <Definition extends AnyStage>({ name }: Definition) => {
      const result = results.find(({ report }) => report.name === name);
      // Each name belongs to one definition, so the value is of its type.
      return isPassed(result) ? (result.value as ValueOf<Definition>) : undefined;
    },
  };
}

/** Undefined for a stage that did not run, because one before it failed. */
type Ended = Stage<unknown> | undefined;

/** @param resultOf starts a needed stage unless it is running, and gives its result; undefined where the run has no such stage */
async function start(
  definition: AnyStage,
  inputs: RunInputs,
  resultOf: (needed: AnyStage) => Promise<Ended> | undefined,
): Promise<Ended> {
  const needed = await Promise.all(
    Object.entries(definition.needs).map(async ([name, stage]) => {
      const result = resultOf(stage);
      return { name, planned: result !== undefined, result: await result };
    }),
  );
  if (needed.some(({ planned, result }) => planned && (result === undefined || result.report.status === "failed"))) {
    return undefined;
  }
  const values = Object.fromEntries(
    needed.map(({ name, result }) => [name, isPassed(result) ? result.value : undefined]),
  );
  return stage(definition, () => definition.run(inputs, values));
}

const isPassed = (result: Stage<unknown> | undefined): result is Passed<unknown> => result?.report.status === "passed";
