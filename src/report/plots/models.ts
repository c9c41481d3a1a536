import type { Key } from "./figure.ts";
import { COLOURS } from "./theme.ts";

/** How the two models look in every picture: they differ by shape as well as by colour. */
export const MODELS = {
  candidate: { colour: COLOURS.candidate, shape: "circle" },
  baseline: { colour: COLOURS.baseline, shape: "diamond" },
} as const;

export type Model = keyof typeof MODELS;

export const CANDIDATE: Key = { sign: "candidate", text: "candidate" };
export const BASELINE: Key = { sign: "baseline", text: "baseline" };

/** Candidate and, where there is one, baseline, each with its data for a figure. */
export function models<T>(candidate: T | undefined, baseline: T | undefined): { model: Model; of: T }[] {
  return [
    ...(candidate === undefined ? [] : [{ model: "candidate" as const, of: candidate }]),
    ...(baseline === undefined ? [] : [{ model: "baseline" as const, of: baseline }]),
  ];
}

/** The legend entries of the models that a figure shows. */
export const modelKeys = (baseline: unknown): Key[] => [CANDIDATE, ...(baseline === undefined ? [] : [BASELINE])];
