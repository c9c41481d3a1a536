import type { z } from "zod";
import { type Direction, schemaAt, strictnessOf, unsetValueOf } from "../../config/stricter.ts";
import { isObject } from "../../json.ts";
import { canonicalMetric, lowerIsBetter } from "../../measurements/predictions/names.ts";
import { isLooser, limitOf } from "./looser.ts";

/** A setting of a project that is looser than the policy. */
export interface LooserSetting {
  /** The project's key, and the policy's. They differ where a metric has several names. */
  readonly path: readonly string[];
  readonly floorPath: readonly string[];
  readonly value: unknown;
  readonly floor: unknown;
  readonly direction: Direction;
}

export interface Applied {
  /** The project's settings, with the policy's where the project leaves them open. */
  readonly settings: unknown;
  readonly looser: readonly LooserSetting[];
}

/**
 * Holds a project's settings against a policy's.
 *
 * What the project leaves open is set by the policy, unless the default is at least as strict. Both must have passed the schema, a
 * policy without what a table needs.
 */
export function applyPolicy(schema: z.ZodType, policy: unknown, project: unknown): Applied {
  const looser: LooserSetting[] = [];
  const settings = merged({ schema, floor: policy, value: project, path: [], floorPath: [] }, looser);
  return { settings, looser };
}

interface Position {
  readonly schema: z.core.$ZodType;
  readonly floor: unknown;
  /** Undefined where the project says nothing. */
  readonly value: unknown;
  readonly path: readonly string[];
  readonly floorPath: readonly string[];
}

function merged(position: Position, looser: LooserSetting[]): unknown {
  const { schema, floor } = position;
  const direction = strictnessOf(schema)?.direction;
  if (direction === undefined && isObject(floor)) return mergedTable(position, floor, looser);
  return mergedValue(position, direction ?? "same", looser);
}

function mergedTable(
  { schema, value, path, floorPath }: Position,
  floors: Readonly<Record<string, unknown>>,
  looser: LooserSetting[],
): unknown {
  const own = isObject(value) ? value : {};
  const decided = Object.entries(floors).flatMap(([key, floor]) => {
    const inner = schemaAt(schema, key);
    if (inner === undefined) return [];
    const isMetric = strictnessOf(inner)?.direction === "tighter" || path.at(-1) === "max-drop";
    return (isMetric ? namesOfMetric(own, key) : [key]).map((name): [string, unknown] => [
      name,
      merged({ schema: inner, floor, value: own[name], path: [...path, name], floorPath: [...floorPath, key] }, looser),
    ]);
  });
  if (isProgram(path)) looser.push(...addedTo({ schema, path, floorPath }, own, floors));
  return { ...own, ...Object.fromEntries(decided.filter(([, one]) => one !== undefined)) };
}

/** Whether a table is about a program of the policy's: `gates.external.NAME`. */
const isProgram = (path: readonly string[]): boolean => path.at(-2) === "external";

/** What a project tells a program of the policy's that the policy leaves out: a folder or a variable decides which code runs. */
function addedTo(
  { schema, path, floorPath }: Pick<Position, "schema" | "path" | "floorPath">,
  own: Readonly<Record<string, unknown>>,
  floors: Readonly<Record<string, unknown>>,
): LooserSetting[] {
  return Object.entries(own).flatMap(([key, value]) => {
    const inner = schemaAt(schema, key);
    if (Object.hasOwn(floors, key) || inner === undefined) return [];
    const direction = strictnessOf(inner)?.direction ?? "same";
    const floor = unsetValueOf(inner);
    return isLooser(direction, floor, value, key) ? [{ path: [...path, key], floorPath, value, floor, direction }] : [];
  });
}

/** The keys of a project that mean the metric of a policy: `auc` is `roc_auc`. The policy's own key if there is none. */
function namesOfMetric(own: Readonly<Record<string, unknown>>, key: string): string[] {
  // A negated loss is another number than the loss.
  const same = Object.keys(own).filter(
    (name) => canonicalMetric(name) === canonicalMetric(key) && lowerIsBetter(name) === lowerIsBetter(key),
  );
  return same.length > 0 ? same : [key];
}

function mergedValue(
  { schema, floor, value, path, floorPath }: Position,
  direction: Direction,
  looser: LooserSetting[],
): unknown {
  const name = path.at(-1) ?? "";
  // What is written as a bare number and means a greatest value goes on as that, so that nothing else takes it for a least one.
  const given = (one: unknown): unknown =>
    direction === "tighter" && typeof one === "number" && lowerIsBetter(name) === true ? limitOf(name, one) : one;
  if (value === undefined) {
    const unset = unsetValueOf(schema);
    return unset !== undefined && !isLooser(direction, floor, unset, name) ? undefined : given(floor);
  }
  if (isLooser(direction, floor, value, name)) looser.push({ path, floorPath, value, floor, direction });
  return given(value);
}
