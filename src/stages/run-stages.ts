import type { CommandsResult } from "../containers/commands.ts";
import type { Verdict } from "../gates/result.ts";
import { CHECKS } from "../project/settings.ts";
import type { AnyStage, RunInputs, ValueOf } from "./definition.ts";
import { allEvidence, type Evidence } from "./evidence.ts";
import {
  failedStage,
  onlyWarning,
  type Passed,
  type Stage,
  type StageReport,
  skippedStage,
  stage,
  toldOnce,
} from "./stage.ts";

/** The results of some stages. */
export interface StagesResult {
  readonly verdict: Verdict;
  /** In the order of the list that was given. */
  readonly stages: readonly StageReport[];
  readonly evidence: Evidence;
  /** The value of a stage; undefined unless it passed. */
  value<Definition extends AnyStage>(definition: Definition): ValueOf<Definition> | undefined;
  /** What ran in a stage, whether it passed or not. */
  runsOf(definition: AnyStage): readonly CommandsResult[];
}

/**
 * Runs stages, each as soon as those that it needs have ended. One that does not run because another failed is skipped, and
 * says after which failure; all that is independent of the failure still runs. With `keepGoing` a failed check is no such
 * failure, but for what goes out of the run.
 */
export async function runStages(definitions: readonly AnyStage[], inputs: RunInputs): Promise<StagesResult> {
  const planned = definitions.filter((definition) => definition.when?.(inputs) ?? true);
  const running = new Map<string, Promise<Ended>>();
  /** What must have ended well before a stage that does something outside of the run. */
  const othersOf = (definition: AnyStage): readonly AnyStage[] =>
    definition.effect === true ? planned.filter((other) => other.effect !== true) : [];
  const resultOf = (definition: AnyStage): Promise<Ended> | undefined => {
    if (!planned.some(({ name }) => name === definition.name)) return undefined;
    const result = running.get(definition.name) ?? start(definition, inputs, resultOf, othersOf(definition));
    running.set(definition.name, result);
    return result;
  };
  const ended = await Promise.all(planned.map(resultOf));
  const failure = failedStage(ended.flatMap((one) => one?.report ?? []));
  const results = toldOnce(
    planned.map((definition, index) => ended[index] ?? skippedStage(definition, `after ${failure?.name} failed`)),
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
    runsOf: ({ name }) => results.find(({ report }) => report.name === name)?.runs ?? [],
  };
}

/** Stages whose failure leaves nothing lacking to what comes after them: checks, and the gates. */
const MAKES_NOTHING: readonly string[] = [...CHECKS, "gates"];

/** Undefined for a stage that did not run, because one before it failed. */
type Ended = Stage<unknown> | undefined;

/** @param resultOf starts a needed stage unless it is running, and gives its result; undefined where the run has no such stage */
async function start(
  definition: AnyStage,
  inputs: RunInputs,
  resultOf: (needed: AnyStage) => Promise<Ended> | undefined,
  others: readonly AnyStage[],
): Promise<Ended> {
  const ended = async ([name, stage]: readonly [string, AnyStage]) => {
    const result = resultOf(stage);
    return { name, planned: result !== undefined, result: await result };
  };
  const needs = Object.entries(definition.needs).filter(([name]) => definition.uses?.(inputs, name) ?? true);
  const needed = await Promise.all(needs.map(ended));
  const before = await Promise.all(others.map((other) => ended([other.name, other])));
  const { off, warn } = inputs.context.config.stages;
  if (isIn(off, definition)) return skippedStage(definition, "off (stages.off)");
  const goesOn = (inputs.keepGoing ?? false) && definition.effect !== true;
  const stops = (result: Ended): boolean =>
    result === undefined || (result.report.status === "failed" && !(goesOn && isIn(MAKES_NOTHING, result.report)));
  if ([...needed, ...before].some(({ planned, result }) => planned && stops(result))) return undefined;
  const values = Object.fromEntries(
    needed.map(({ name, result }) => [name, isPassed(result) ? result.value : undefined]),
  );
  const result = await stage(definition, () => definition.run(inputs, values));
  const setting = isIn(warn, definition) ? "stages.warn" : definition.onlyWarns?.(inputs);
  return result.report.status === "failed" && setting !== undefined ? onlyWarning(result, setting) : result;
}

const isIn = (names: readonly string[], { name }: { readonly name: string }): boolean => names.includes(name);

const isPassed = (result: Stage<unknown> | undefined): result is Passed<unknown> => result?.report.status === "passed";
