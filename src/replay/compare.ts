import { differencesOf, type KeyRecord, type PartDifference } from "../keys/difference.ts";
import type { KeyInputs, KeyParts } from "../keys/parts.ts";
import { differenceClauses } from "../keys/words.ts";
import type { RecordedRun } from "./recorded.ts";

/* Whether a folder has what failed: the keys of the stages that are replayed, as they were recorded and as they are for the folder. */

/** Parts that are found apart from the source. */
const APART: readonly string[] = ["data", "model", "baseline", "production"];

/** Keys of stages, by their names, with what they were made of. */
export interface KeyedStages {
  readonly keys: Readonly<Record<string, { readonly parts: KeyParts }>>;
  readonly inputs: KeyInputs;
}

/**
 * In what the source and the settings of some stages are others than they were, as clauses; none where they are the same.
 *
 * @returns undefined where the report does not say it of any of them
 */
export function sourceDifferences(run: RecordedRun, now: KeyedStages): string[] | undefined {
  const names = new Set([...run.stages.map(({ name }) => name), ...Object.keys(now.keys)]);
  const compared = run.stages.flatMap(({ name, key }) => {
    const ours = now.keys[name];
    if (key === undefined || ours === undefined) return [];
    const before: KeyRecord = { parts: key.parts, inputs: run.inputs };
    return [differencesOf(before, { parts: ours.parts, inputs: now.inputs }, names).filter(isOfSource)];
  });
  if (compared.length === 0) return undefined;
  return [...new Set(compared.flatMap(differenceClauses))];
}

const isOfSource = ({ part, kind }: PartDifference): boolean => kind !== "stage" && !APART.includes(part);

/** In which files data are others than they were, as clauses. */
export const dataDifferences = (before: string, now: string, run: RecordedRun, listed: KeyInputs): string[] =>
  differenceClauses(
    differencesOf({ parts: { data: before }, inputs: run.inputs }, { parts: { data: now }, inputs: listed }),
  );
