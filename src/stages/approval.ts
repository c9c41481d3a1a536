import type { z } from "zod";
import { schemaAt, unsetValueOf } from "../config/stricter.ts";
import type { Context } from "../context/context.ts";
import { applyPolicy } from "../context/policy/apply.ts";
import { configSchema } from "../context/schema.ts";
import type { GateResult } from "../gates/result.ts";
import { isObject } from "../json.ts";
import type { ApprovalSettings } from "../model/approval-settings.ts";
import { type ChangeKind, changeBetween } from "../model/change.ts";
import type { Manifest } from "../model/manifest.ts";
import type { NeededApproval } from "../model/verdict.ts";
import { short, signed } from "../text.ts";

/* Whether a model whose gates passed may go on by itself. */

/** What changed since the accepted model, and whether that is for a person to decide; part of `report.json`. */
export interface Approval {
  /** Empty for a model that differs in nothing that counts; absent without an accepted model of which is known how it was judged. */
  readonly change?: readonly ChangeKind[];
  readonly required: boolean;
  /** The hash of the accepted model that the change is counted from; absent without one, and in reports of earlier versions. */
  readonly comparedWith?: string;
  /** Why a person is to decide, or why none need, each as the part of a sentence. */
  readonly reasons: readonly string[];
}

/** What of it is signed with the verdict of an image: the reasons are words for a person. */
export const neededApproval = ({ required, change, comparedWith }: Approval): NeededApproval => ({
  required,
  ...(change === undefined ? {} : { change: [...change] }),
  ...(comparedWith === undefined ? {} : { comparedWith }),
});

/** What is compared: the accepted model and the new one, and what the gates said of the new one. */
export interface ApprovalInputs {
  /** Absent without an accepted model, and for one that no pipeline has described. */
  readonly before: Manifest | undefined;
  /** Whether there is an accepted model. */
  readonly isCompared: boolean;
  readonly now: Manifest;
  readonly gates: readonly GateResult[];
}

/** Tables of settings that say what runs, and not what is asked of it. */
const NOT_LIMITS: ReadonlySet<string> = new Set([
  "commands",
  "environment",
  "predictions",
  "serve",
  "source",
  "tracking",
]);

export function approvalOf(
  { config: { approval: settings } }: Pick<Context, "config">,
  { before, isCompared, now, gates }: ApprovalInputs,
): Approval {
  if (before === undefined) {
    const reason = isCompared
      ? "nothing says how the accepted model was judged: it has no ml-pipeline.json"
      : "there is no accepted model to compare with";
    return { required: true, reasons: [reason] };
  }
  if (before.validation === undefined || now.validation === undefined) {
    return {
      ...{ required: true, comparedWith: before.model },
      reasons: ["nothing says how the accepted model was judged"],
    };
  }
  const loosened = loosenedSettings(before, now);
  const comparedWith = before.model;
  const change = changeBetween(before, now, { limits: loosened.length > 0 });
  const reasons = [
    ...change.filter((kind) => !settings.automatic.includes(kind)).map((kind) => changeWords(kind, loosened)),
    ...(settings["needs-gain"] ? withoutGain(gates) : []),
  ];
  if (reasons.length > 0) return { change, required: true, comparedWith, reasons };
  return { change, required: false, comparedWith, reasons: [automaticWords(change, settings)] };
}

/** Limits of the new model that ask for less than those of the accepted one, in words. */
function loosenedSettings({ validation: before }: Manifest, { validation: now }: Manifest): string[] {
  const held = now?.judged.settings;
  // The accepted model's settings are taken for a policy: what it refuses is looser, and what it would fill in is gone.
  const floors = withUnset(configSchema, limitsOf(before?.judged.settings), held);
  const { looser, settings } = applyPolicy(configSchema, floors, held);
  const words = [
    ...looser.map(
      ({ path, floor, value }) => `${path.join(".")} was ${JSON.stringify(floor)} and is ${JSON.stringify(value)}`,
    ),
    ...unsetIn(held, settings).map((path) => `${path} is not set any more`),
  ];
  const policy = before?.judged.policy;
  const withoutPolicy = policy !== undefined && now?.judged.policy !== policy;
  return withoutPolicy ? [...words, "it was judged with another policy, or without one"] : words;
}

/** A table of settings with what held where it says nothing, for the keys that another table says something of. */
function withUnset(schema: z.core.$ZodType, before: unknown, now: unknown): unknown {
  if (before === undefined && !isObject(now)) return unsetValueOf(schema);
  if (!isObject(now) || (before !== undefined && !isObject(before))) return before;
  const filled = Object.keys(now).flatMap((key): [string, unknown][] => {
    const inner = schemaAt(schema, key);
    const value = inner === undefined ? undefined : withUnset(inner, before?.[key], now[key]);
    return value === undefined ? [] : [[key, value]];
  });
  return before === undefined && filled.length === 0 ? undefined : { ...before, ...Object.fromEntries(filled) };
}

const limitsOf = (settings: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(settings).filter(([table]) => !NOT_LIMITS.has(table)));

/** The keys of what one value has and the other lacks. */
function unsetIn(value: unknown, other: unknown, path = ""): string[] {
  if (value === undefined) return other === undefined ? [] : [path];
  if (!isObject(value) || !isObject(other)) return [];
  return Object.keys(other).flatMap((key) => unsetIn(value[key], other[key], path === "" ? key : `${path}.${key}`));
}

const WORDS: Readonly<Record<Exclude<ChangeKind, "limits">, string>> = {
  data: "the data changed",
  configuration: "parameters of training or files of configuration changed",
  dependencies: "packages, Python, the base image or tools changed",
  code: "the code changed",
  tests: "the tests and cases that judge a model changed",
};

const changeWords = (kind: ChangeKind, loosened: readonly string[]): string =>
  kind === "limits" ? `less is asked of the model: ${loosened.join("; ")}` : WORDS[kind];

function automaticWords(change: readonly ChangeKind[], settings: ApprovalSettings): string {
  const what =
    change.length === 0 ? "nothing that counts changed" : change.map((kind) => changeWords(kind, [])).join(", ");
  return settings["needs-gain"] ? `${what}, and the model is better beyond noise` : what;
}

/** Why the gate `regression` does not show a gain; empty where it does. */
function withoutGain(gates: readonly GateResult[]): string[] {
  const checks = gates.find(({ id }) => id === "regression")?.checks ?? [];
  const [check] = checks;
  if (check?.reason?.code === "better-beyond-noise") return [];
  if (check?.value === undefined || check.baseline === undefined)
    return ["no gain over the accepted model was measured"];
  return [
    `not better than the accepted model beyond noise: ${check.what} ${short(check.value)} against ${short(check.baseline)} (${signed(check.value - check.baseline)})`,
  ];
}
