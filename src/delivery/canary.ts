import { z } from "zod";
import { stricter } from "../config/stricter.ts";
import {
  type Bet,
  excessAtAnyTime,
  excessBets,
  isShown,
  medianAtAnyTime,
  medianBets,
  type Outcomes,
} from "../statistics/sequential.ts";
import { line } from "./line.ts";

/*
 * A candidate beside a fresh copy of production: what is asked of both, and when it is shown that the candidate is worse, or is not.
 *
 * Both copies are made at the same moment, since pods that have run for long have warm caches and full heaps. Requests go to both in
 * pairs, in an order that a coin decides.
 */

const share = z.number().gt(0).max(1);

export const canarySettings = z.strictObject({
  /** The steps: how many pods the candidate gets, as shares of those of production, and at least one; its fresh copy gets as many. */
  steps: z.array(share).min(1).max(10).default([0.1, 0.5]),
  /** How many requests both are asked in each step; twice as many where it is not known to be the data alone that changed. */
  requests: stricter("higher", z.number().int().min(20).max(20_000)).default(500),
  /** Whether the Service takes the new pods too, so that users get a part of their answers from them. */
  traffic: z.boolean().default(true),
  /** The most of the requests that may be answered otherwise than by production, as a share, beyond what production itself answers otherwise. */
  "max-disagreement": stricter("lower", share.lt(1)).default(0.01),
  /** The most of the requests that may fail, as a share, beyond those that fail in production. */
  "max-errors": stricter("lower", share.lt(1)).default(0.01),
  /** How much longer an answer may take than that of production, as a share: the median of the ratio of each pair is judged. */
  "max-slowdown": stricter("lower", z.number().gt(0).max(10)).default(0.1),
  /** The most of the requests that may take that much longer than the 95th percentile of production, as a share, beyond those that do in production. */
  "max-slow": stricter("lower", share.lt(1)).default(0.05),
  /** How sure it must be that a candidate is worse before it is taken back, for all checks and looks together. */
  confidence: stricter("same", z.number().min(0.8).max(0.999)).default(0.95),
});
export type CanarySettings = z.output<typeof canarySettings>;

/** What is judged, in the order in which it is told. */
export const CANARY_CHECKS = ["errors", "disagreement", "slowdown", "slow"] as const;
export type CanaryCheck = (typeof CANARY_CHECKS)[number];

/** The setting that is the limit of each. */
export const LIMIT_OF = {
  errors: "max-errors",
  disagreement: "max-disagreement",
  slowdown: "max-slowdown",
  slow: "max-slow",
} as const satisfies Record<CanaryCheck, keyof CanarySettings>;

interface Game {
  readonly over: readonly Bet[];
  readonly under: readonly Bet[];
}

/** What the program that asks is told: it counts, and plays these games. */
export interface CanaryPlan {
  readonly steps: readonly number[];
  readonly requests: number;
  /** How many times as many as the settings say that is. */
  readonly times: number;
  readonly traffic: boolean;
  /** How much longer than production an answer is too slow. */
  readonly slowdown: number;
  readonly games: Readonly<Record<CanaryCheck, Game>>;
  /** The logarithms of the money at which a candidate is worse, and at which it is shown not to be. */
  readonly enough: { readonly over: number; readonly under: number };
  /** Checks that let it go on without being shown, since a person has looked at them. */
  readonly approved: readonly string[];
}

/** An error of any check in any look is as probable as `confidence` says; that it is kept is shown by each check alone. */
const alphasOf = ({ confidence }: CanarySettings): { readonly over: number; readonly under: number } => ({
  over: (1 - confidence) / CANARY_CHECKS.length,
  under: 1 - confidence,
});

const gameOf = (settings: CanarySettings, check: CanaryCheck): Game =>
  check === "slowdown"
    ? { over: medianBets("over"), under: medianBets("under") }
    : { over: excessBets(settings[LIMIT_OF[check]], "over"), under: excessBets(settings[LIMIT_OF[check]], "under") };

/** @param times how many times as many requests are asked as the settings say, of a change that is less of a routine */
export function canaryPlan(settings: CanarySettings, approved: readonly string[], times = 1): CanaryPlan {
  const alphas = alphasOf(settings);
  return {
    ...{ steps: settings.steps, requests: settings.requests * times, times, traffic: settings.traffic, approved },
    slowdown: settings["max-slowdown"],
    games: {
      errors: gameOf(settings, "errors"),
      disagreement: gameOf(settings, "disagreement"),
      slowdown: gameOf(settings, "slowdown"),
      slow: gameOf(settings, "slow"),
    },
    enough: { over: -Math.log(alphas.over), under: -Math.log(alphas.under) },
  };
}

const outcomes = z.object({ against: z.number(), neither: z.number(), for: z.number() });

/** What the program found. */
export const canaryResult = z.object({
  /** `unsure` where nothing was shown within all requests; `failed` where the pods did not serve, which `reason` of the rollout has. */
  outcome: z.enum(["passed", "worse", "unsure", "failed"]),
  /** What showed it to be worse; empty otherwise. */
  worse: z.union([z.enum(CANARY_CHECKS), z.literal("")]),
  requests: z.number(),
  counts: z.object({ errors: outcomes, disagreement: outcomes, slowdown: outcomes, slow: outcomes }),
  /** How long the candidate took, divided by how long production took, for each pair that both answered; without the way to both. */
  ratios: z.array(z.number()),
  steps: z.array(z.object({ pods: z.number(), requests: z.number(), seconds: z.number() })),
  /** The first request that was answered otherwise, or not at all, and both answers. */
  example: line,
});
export type CanaryResult = z.output<typeof canaryResult>;

/** How one check stands. */
export interface CanaryReading {
  readonly check: CanaryCheck;
  readonly state: "kept" | "broken" | "open";
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly limit: number;
}

/** The checks as numbers with intervals that hold at all looks together. */
export function readingsOf(result: CanaryResult, settings: CanarySettings): readonly CanaryReading[] {
  const alphas = alphasOf(settings);
  return CANARY_CHECKS.map((check) => {
    const counts: Outcomes = result.counts[check];
    const game = gameOf(settings, check);
    const state = isShown(counts, game.over, alphas.over)
      ? "broken"
      : isShown(counts, game.under, alphas.under)
        ? "kept"
        : "open";
    return { check, state, limit: settings[LIMIT_OF[check]], ...measured(result, check, alphas.over) };
  });
}

/** More are not asked in a step. */
export const MOST_REQUESTS = 20_000;

/**
 * About how many requests of a step would show what was left open, if the others come out as those did; undefined where no number that may be
 * set would.
 *
 * @param times how many times as many are asked as the settings say
 */
export function enoughRequests(result: CanaryResult, settings: CanarySettings, times: number): number | undefined {
  const alpha = alphasOf(settings).under;
  const open = readingsOf(result, settings).filter(({ state }) => state === "open");
  const would = (factor: number): boolean =>
    open.every(({ check }) => {
      const { against, neither, for: other } = result.counts[check];
      const more = { against: factor * against, neither: factor * neither, for: factor * other };
      return isShown(more, gameOf(settings, check).under, alpha);
    });
  const most = MOST_REQUESTS / settings.requests;
  for (let factor = GROWTH; factor < most; factor *= GROWTH) {
    if (would(factor)) return roundedUp((factor * result.requests) / settings.steps.length / times);
  }
  return undefined;
}

/** How exact that is. */
const GROWTH = 1.05;

/** Two digits say enough of what is guessed. */
function roundedUp(value: number): number {
  const unit = 10 ** Math.max(1, Math.floor(Math.log10(value)) - 1);
  return Math.ceil(value / unit) * unit;
}

function measured(
  { counts, ratios }: CanaryResult,
  check: CanaryCheck,
  alpha: number,
): Pick<CanaryReading, "value" | "low" | "high"> {
  if (check === "slowdown") {
    const sorted = Float64Array.from(ratios).sort();
    const { low, high } = medianAtAnyTime(ratios, alpha);
    return { value: (sorted[Math.floor(sorted.length / 2)] ?? 1) - 1, low: low - 1, high: high - 1 };
  }
  const { against, neither, for: other } = counts[check];
  const trials = against + neither + other;
  const { low, high } = excessAtAnyTime(counts[check], alpha);
  return { value: trials === 0 ? 0 : (against - other) / trials, low, high };
}
