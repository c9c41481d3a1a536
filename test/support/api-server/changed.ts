import { applyPatch, type PatchOperation } from "./json-patch.ts";
import { type Metadata, same, timeText } from "./objects.ts";

/** What changes as users want it; its controller writes the rest. */
interface Wanted {
  readonly metadata: Metadata;
  spec: object;
}

/**
 * Changes an object as the API server does, which counts the changes of what is wanted.
 *
 * @returns whether what is wanted has changed; undefined where a test of the patch does not hold
 */
export function change<Value extends Wanted>(
  value: Value,
  operations: readonly PatchOperation[],
  manager: string,
): boolean | undefined {
  const before = value.spec;
  const changed = applyPatch(value, operations);
  if (changed === undefined) return undefined;
  // Its metadata stay the same object: what it owns has it.
  const { metadata } = value;
  Object.assign(metadata, changed.metadata);
  value.spec = changed.spec;
  if (same(before, value.spec)) return false;
  metadata.generation = (metadata.generation ?? 0) + 1;
  metadata.managedFields = [
    ...(metadata.managedFields ?? []),
    { manager, operation: "Update", time: timeText(Date.now()) },
  ];
  return true;
}
