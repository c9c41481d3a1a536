import { isObject, jsonOf } from "../json.ts";

/* What a training measured step by step, where its metrics.json has lists. */

export interface StepMetric {
  readonly name: string;
  readonly value: number;
  readonly step: number;
}

/** A curve of so many points shows all that a longer one does. */
const MAX_POINTS = 1000;

/** Fields of a step that say which one it is. */
const STEP_NAMES: ReadonlySet<string> = new Set(["step", "epoch", "iteration"]);

/**
 * Reads series: a list of numbers has a step each, as `{"loss": [0.9, 0.5]}`, and so has a list of objects,
 * as `{"history": [{"epoch": 1, "loss": 0.9}]}`. What is no number is left out. Nothing of it decides anything, so that no text is refused.
 */
export function stepMetrics(text: string): StepMetric[] {
  const parsed = jsonOf(text);
  return isObject(parsed) ? seriesIn(parsed, "") : [];
}

const seriesIn = (table: Readonly<Record<string, unknown>>, prefix: string): StepMetric[] =>
  Object.entries(table).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    if (isObject(value)) return seriesIn(value, `${name}.`);
    return Array.isArray(value) ? pointsOf(name, value) : [];
  });

function pointsOf(name: string, list: readonly unknown[]): StepMetric[] {
  const every = Math.ceil(list.length / MAX_POINTS);
  return list.flatMap((one, index): StepMetric[] => {
    if (index % every !== 0 && index !== list.length - 1) return [];
    if (isNumber(one)) return [{ name, value: one, step: index }];
    if (!isObject(one)) return [];
    const [step = index] = Object.entries(one).flatMap(([key, value]) =>
      STEP_NAMES.has(key) && Number.isSafeInteger(value) ? [value as number] : [],
    );
    return Object.entries(one).flatMap(([key, value]) =>
      isNumber(value) && !STEP_NAMES.has(key) ? [{ name: `${name}.${key}`, value, step }] : [],
    );
  });
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
