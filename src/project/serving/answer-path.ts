/*
 * Where predictions are in an answer: `predictions`, `result.label`, `outputs[0].data`, `[].label` of each member of a list, or `.`
 * for all of it. `serving_protocol.py` follows the steps.
 */

/** A key of an object, an index of a list, or null for each member of a list. */
export type AnswerStep = string | number | null;

const STEP = /^(?:\[(\d*)\]|\.?([^.[\]]+))/;

/** The steps of a path; undefined for a text that is none. */
export function answerSteps(path: string): readonly AnswerStep[] | undefined {
  if (path === ".") return [];
  const steps: AnswerStep[] = [];
  for (let rest = path; rest !== ""; ) {
    const found = STEP.exec(rest);
    if (found === null) return undefined;
    const [whole, index, key] = found;
    steps.push(key ?? (index === undefined || index === "" ? null : Number(index)));
    rest = rest.slice(whole.length);
  }
  return path === "" ? undefined : steps;
}
