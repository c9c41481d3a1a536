import type { Measure } from "./measurements.ts";
import type { Mutant } from "./mutants.ts";
import type { Task } from "./predictions/results.ts";

/** Something that makes a model worse, weaker or stronger, so that it can be told from which strength on a gate catches it. */
export type Harm = ModelHarm | MeasuredHarm;

interface Graded {
  /** What is worse: "wrong answers". */
  readonly name: string;
  /** What its size is told in: "% of the rows". */
  readonly unit: string;
  /** The strongest form of it is so many steps. */
  readonly steps: number;
  /** The size of so many steps, in the unit. */
  readonly size: (steps: number) => number;
}

/** A harm that is done to the model: to its predictions, or to what it claims. */
export interface ModelHarm extends Graded {
  readonly mutant: (steps: number) => Mutant;
  /** Whether it leaves rows, columns and classes as they are, so that they need not be counted for each strength. */
  readonly keepsClasses?: true;
}

/** A harm that is done to what was measured of the served model, so that nothing is served once more for each strength. */
export interface MeasuredHarm extends Graded {
  readonly measured: (measure: Measure, steps: number) => Measure;
}

/** What is known of the model that is harmed. */
export interface HarmFacts {
  readonly task: Task;
  /** The rows of its predictions; 0 where there are none. */
  readonly rows: number;
  /** Whether rows are ranked within groups. */
  readonly ranked: boolean;
  /** The confidence level of intervals. */
  readonly confidence: number;
}

/** The measurements with one of them changed, where it can be taken. */
export const changing =
  <Name extends keyof Measure>(
    name: Name,
    change: (value: TakenBy<Name>, steps: number) => TakenBy<Name>,
  ): MeasuredHarm["measured"] =>
  (measure, steps) => ({
    ...measure,
    [name]: async () => {
      const taken = await measure[name]();
      return "missing" in taken ? taken : { ...taken, value: change(taken.value as TakenBy<Name>, steps) };
    },
  });

type TakenBy<Name extends keyof Measure> = Extract<
  Awaited<ReturnType<Measure[Name]>>,
  { readonly value: unknown }
>["value"];
