import { same } from "./objects.ts";

/** JSON Patch (RFC 6902), as far as it is used. */
export interface PatchOperation {
  readonly op: "add" | "replace" | "remove" | "test";
  readonly path: string;
  readonly value?: unknown;
}

/** A changed copy; undefined where a `test` does not hold, or a path leads nowhere. */
export function applyPatch<Value extends object>(
  value: Value,
  operations: readonly PatchOperation[],
): Value | undefined {
  const copy = structuredClone(value);
  return operations.every((operation) => apply(copy, operation)) ? copy : undefined;
}

function apply(root: object, { op, path, value }: PatchOperation): boolean {
  const steps = path
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = steps.pop() ?? "";
  const parent = steps.reduce<unknown>(
    (at, step) => (typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined),
    root,
  );
  if (typeof parent !== "object" || parent === null) return false;
  if (op === "test") return same(Reflect.get(parent, last), value);
  if (op !== "add" && !Object.hasOwn(parent, last)) return false;
  if (op === "remove") return Reflect.deleteProperty(parent, last);
  return Reflect.set(parent, last, structuredClone(value));
}
