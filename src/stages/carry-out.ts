import type { AnyStage, RunInputs, ValueOf } from "./definition.ts";
import { allEvidence, type Evidence } from "./evidence.ts";
import { failedStage, type Passed, type Stage, type StageReport, skippedStage, stage } from "./stage.ts";

export type Verdict = "passed" | "failed";

/** What happened in some stages. */
export interface Carried {
  readonly verdict: Verdict;
  /** In the order of the list that was carried out. */
  readonly stages: readonly StageReport[];
  readonly evidence: Evidence;
  /** What a stage gave to the others; undefined unless it passed. */
  valueOf<Definition extends AnyStage>(definition: Definition): ValueOf<Definition> | undefined;
}

/**
 * Carries out stages, each as soon as those that it needs have ended. One that does not run because another failed is
 * skipped, and says after which failure; all that is independent of the failure still runs.
 */
export async function carryOut(definitions: readonly AnyStage[], inputs: RunInputs): Promise<Carried> {
  const planned = definitions.filter((definition) => definition.when?.(inputs) ?? true);
  const started = new Map<string, Promise<Stage<unknown> | undefined>>();
  for (const definition of planned) started.set(definition.name, start(definition, inputs, started));
  const ended = await Promise.all(planned.map(async ({ name }) => started.get(name)));
  const failure = failedStage(ended.flatMap((one) => one?.report ?? []));
  const results = planned.map(
    (definition, index) => ended[index] ?? skippedStage(definition, `after ${failure?.name} failed`),
  );
  return {
    verdict: failure === undefined ? "passed" : "failed",
    stages: results.map(({ report }) => report),
    evidence: allEvidence(results.map(({ evidence }) => evidence)),
    valueOf: <Definition extends AnyStage>({ name }: Definition) => {
      const result = results.find(({ report }) => report.name === name);
      // A name stands for one definition, whose value has its type.
      return isPassed(result) ? (result.value as ValueOf<Definition>) : undefined;
    },
  };
}

/** Undefined for a stage that is not reached. */
async function start(
  definition: AnyStage,
  inputs: RunInputs,
  started: ReadonlyMap<string, Promise<Stage<unknown> | undefined>>,
): Promise<Stage<unknown> | undefined> {
  const needed = await Promise.all(
    Object.entries(definition.needs).map(async ([name, { name: stageName }]) => {
      const running = started.get(stageName);
      return { name, missing: running === undefined, result: await running };
    }),
  );
  if (needed.some(({ missing, result }) => !missing && (result === undefined || result.report.status === "failed"))) {
    return undefined;
  }
  const values = Object.fromEntries(
    needed.map(({ name, result }) => [name, isPassed(result) ? result.value : undefined]),
  );
  return stage(definition, () => definition.run(inputs, values));
}

const isPassed = (result: Stage<unknown> | undefined): result is Passed<unknown> => result?.report.status === "passed";
