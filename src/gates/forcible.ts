import type { GateId } from "./list.ts";
import type { GateResult } from "./result.ts";

/** Gates that say that a model is worse than asked for. The others say that it is broken, or that its numbers are not to be believed. */
const ABOUT_QUALITY: readonly GateId[] = [
  "metrics",
  "regression",
  "latency",
  "slices",
  "fairness",
  "calibration",
  "shadow",
];

/** Why a gate about quality says that something is broken all the same. */
const BROKEN: readonly string[] = ["broke", "not-started", "false-claim", "impossible-claim"];

/** Whether somebody may let a model out although this gate blocks it. */
export const isForcible = ({ id, checks }: Pick<GateResult, "id" | "checks">): boolean =>
  ABOUT_QUALITY.some((gate) => gate === id) &&
  checks.every(({ outcome, reason }) => outcome !== "broken" || reason === undefined || !BROKEN.includes(reason.code));
