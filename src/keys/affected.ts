import { differencesOf, type PartDifference } from "./difference.ts";
import type { KeyInputs, KeyParts } from "./parts.ts";
import { differenceClauses } from "./words.ts";

/*
 * Which stages have other inputs than they had in an earlier tree: the keys of both are compared, so that nobody writes patterns of
 * paths, which would be wrong in time.
 */

/** A tree with the keys of what would run on it. */
export interface KeyedTree {
  /** Stages that have something to do, in the order in which they are reported. */
  readonly stages: readonly { readonly name: string; readonly parts: KeyParts }[];
  readonly inputs: KeyInputs;
}

/** Whether a stage is affected, and by what. */
export interface AffectedStage {
  readonly name: string;
  readonly isAffected: boolean;
  /** Clauses such as `src/train.py changed`; empty for one that is not affected. */
  readonly because: readonly string[];
  /** Stages before it whose result it takes, and which are affected. */
  readonly after: readonly string[];
}

/** What a change affects. */
export interface Affected {
  readonly schemaVersion: 1;
  /** Whether there was an earlier tree to compare with: all is affected where there was none. */
  readonly isCompared: boolean;
  readonly stages: readonly AffectedStage[];
}

/** @param before the earlier tree; undefined where there is none */
export function affectedBy(before: KeyedTree | undefined, after: KeyedTree): Affected {
  if (before === undefined) {
    const stages = after.stages.map(({ name }) => ({ name, isAffected: true, because: [], after: [] }));
    return { schemaVersion: 1, isCompared: false, stages };
  }
  const names = new Set([...before.stages, ...after.stages].map(({ name }) => name));
  const stages = after.stages.map(({ name, parts }): AffectedStage => {
    const earlier = before.stages.find((one) => one.name === name);
    if (earlier === undefined) return { name, isAffected: true, because: ["it did not run before"], after: [] };
    const differences = differencesOf(
      { parts: earlier.parts, inputs: before.inputs },
      { parts, inputs: after.inputs },
      names,
    );
    const [passedOn, own] = [differences.filter(isOfStage), differences.filter((one) => !isOfStage(one))];
    return {
      ...{ name, isAffected: differences.length > 0 },
      because: differenceClauses(own),
      after: passedOn.map(({ part }) => part),
    };
  });
  return { schemaVersion: 1, isCompared: true, stages };
}

const isOfStage = ({ kind }: PartDifference): boolean => kind === "stage";

/** The names of the stages that are affected, in their order. */
export const affectedStages = ({ stages }: Affected): string[] =>
  stages.flatMap(({ name, isAffected }) => (isAffected ? [name] : []));

/** A line for each stage, with what made it affected. */
export function affectedText(affected: Affected): string {
  const { stages, isCompared } = affected;
  if (!isCompared) {
    return `There is no --base to compare with, so all ${stages.length} stages count as affected: ${affectedStages(affected).join(", ")}.`;
  }
  const count = affectedStages(affected).length;
  const width = Math.max(...stages.map(({ name }) => name.length));
  return [
    count === 0
      ? `None of ${stages.length} stages is affected.`
      : `${count} of ${stages.length} stages ${count === 1 ? "is" : "are"} affected.`,
    ...stages.map((stage) => `${stage.name.padEnd(width)}  ${reasonOf(stage)}`),
  ].join("\n");
}

function reasonOf({ isAffected, because, after }: AffectedStage): string {
  if (!isAffected) return "not affected";
  return [...because, ...(after.length === 0 ? [] : [`passed on by ${after.join(", ")}`])].join("; ");
}

/** `AFFECTED=train,gates`, and `RUN_TRAIN=true` for each stage: for outputs of a CI job. Names have `-` or `_` in place of spaces. */
export function affectedOutputs(affected: Affected): string {
  const lines = [
    `AFFECTED=${affectedStages(affected)
      .map((name) => name.replaceAll(" ", "-"))
      .join(",")}`,
    `COMPARED=${affected.isCompared}`,
    ...affected.stages.map(({ name, isAffected }) => `RUN_${name.replaceAll(" ", "_").toUpperCase()}=${isAffected}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}
