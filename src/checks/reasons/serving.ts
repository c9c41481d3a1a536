import type { Interval } from "../../statistics/estimate.ts";
import { counted, grouped, intervalText, percent, short } from "../../text.ts";
import type { Check } from "../check.ts";
import { formatValue } from "../format.ts";
import { isOutside, limitText } from "../limit.ts";
import type { Phrase, Phrases } from "../phrase.ts";

/** How much later than the baseline the candidate answers. */
export interface Delay {
  readonly milliseconds: number;
  readonly millisecondsInterval: Interval;
  /** A delay up to this is tolerated. */
  readonly slack: number;
}

/** What requests over a limit prove about the 95th percentile. */
export interface Proof {
  readonly over: number;
  readonly requests: number;
  /** The most that may be over when the limit shall be proven; -1 when there are too few requests. */
  readonly most: number;
  readonly confidence: number;
}

/** Reasons about the served model. */
export type ServingReason =
  /** The value is the number of failed requests; `examples` are the first few errors. */
  | { readonly code: "failed-requests"; readonly examples: readonly string[] }
  /** Of a limit that the project does not set, `guessed` is true. */
  | { readonly code: "one-request"; readonly guessed?: true; readonly proof?: Proof }
  | { readonly code: "batch"; readonly size: number; readonly guessed?: true; readonly proof?: Proof }
  | { readonly code: "memory" | "memory-not-read" }
  | { readonly code: "under-load"; readonly clients: number }
  /** The value is the candidate's latency divided by the baseline's. */
  | ({
      readonly code: "not-slower" | "slower-beyond-noise" | "slower-within-noise" | "too-noisy";
    } & Delay)
  /** The value is the share of the project's cases that hold. */
  | {
      readonly code: "cases";
      readonly cases: number;
      readonly held: number;
      readonly kinds: readonly { readonly kind: string; readonly cases: number }[];
    }
  /** One case that does not hold. */
  | {
      readonly code: "unexpected-answer";
      readonly kind: string;
      readonly name: string;
      readonly instance: string;
      readonly expected: string;
      readonly given: string;
    }
  /** The value is the share of the recorded requests that candidate and production answer alike. */
  | {
      readonly code: "agreement";
      readonly requests: number;
      readonly agreed: number;
      /** Requests that production answered twice alike. */
      readonly repeated: number;
    }
  /** The value is the share of the recorded requests that the candidate did not answer. */
  | { readonly code: "unanswered"; readonly requests: number; readonly examples: readonly string[] }
  | { readonly code: "unanswered-by-production" }
  | { readonly code: "score-difference" }
  | { readonly code: "replay-median" };

const compared = (conclusion: string): Phrase<Delay> => ({
  text: ({ what, value = 0, interval, limit }, { milliseconds, slack }) =>
    `${what} ${value.toFixed(2)} times the baseline's${intervalText(interval)}, ${milliseconds < 0 ? "−" : "+"}${milli(Math.abs(milliseconds))} ms (at most ${short(limit?.max ?? 0)} times, or +${short(slack)} ms)${conclusion}`,
  deciding: (check) => ({
    figure: formatValue(check),
    name: `the baseline's ${check.what}`,
    against: [`at most ${short(check.limit?.max ?? 0)} ×`],
  }),
});

export const SERVING_PHRASES: Phrases<ServingReason> = {
  "failed-requests": {
    text: ({ value = 0 }, { examples }) => `${counted(value, "request")} failed: ${examples.join("; ")}`,
  },
  "one-request": {
    text: (check, { proof, guessed }) =>
      `one request ${milliLimited(check)} ms (p95${intervalText(check.interval)}, at most ${check.limit?.max})${proofText(check, proof)}${guessText(check, guessed, "single-ms")}`,
  },
  batch: {
    text: (check, { size, proof, guessed }) =>
      `a batch of ${size} ${milliLimited(check)} ms a sample (p95, at most ${check.limit?.max})${proofText(check, proof)}${guessText(check, guessed, "per-sample-ms")}`,
  },
  memory: { text: (check) => `${formatValue(check)} of memory (${limitText(check.limit ?? {})})` },
  "memory-not-read": { text: () => "the server's memory could not be read" },
  "under-load": {
    text: ({ value = 0, limit = {} }, { clients }) =>
      `${short(value)} answers a second with ${counted(clients, "client")} (${limitText(limit, short)})`,
  },
  "not-slower": compared(""),
  "slower-beyond-noise": compared(": slower beyond noise"),
  "slower-within-noise": compared(
    ": slower, but within noise; measure more requests (gates.latency.requests), or on a quieter machine",
  ),
  "too-noisy": compared(": too noisy to tell"),
  cases: {
    text: ({ limit }, { cases, held, kinds }) =>
      `${held} of ${counted(cases, "case")} hold (at least ${(100 * (limit?.min ?? 0)).toFixed(0)} %)${held < cases ? "" : `: ${kinds.map(({ kind, cases }) => `${kind} ${cases}`).join(", ")}`}`,
    deciding: ({ limit }, { cases, held }) => ({
      figure: String(cases - held),
      name: `of ${counted(cases, "case")} not as expected`,
      against: [`at least ${percent(limit?.min ?? 0)} must hold`],
    }),
  },
  "unexpected-answer": {
    always: true,
    max: 5,
    text: (_, { kind, name, instance, expected, given }) =>
      `${kind}, ${name}: expected ${expected}, got ${given} for ${instance}`,
  },
  agreement: {
    always: true,
    text: ({ value = 0, interval, limit, outcome }, { requests, agreed, repeated }) =>
      `${percent(value)}${shareInterval(interval)} of ${counted(requests, "request")} answered as production did (at least ${percent(limit?.min ?? 0)})${repeated === requests ? "" : `, not counting that production answers ${percent(1 - repeated / requests)} otherwise when it is asked again (${percent(agreed / requests)} alike)`}${outcome === "unsure" ? ": within noise, more recorded requests would tell" : ""}`,
    deciding: ({ value = 0, limit }) => ({
      figure: percent(value),
      name: "of the recorded requests answered as production did",
      against: [`at least ${percent(limit?.min ?? 0)}`],
    }),
  },
  unanswered: {
    always: true,
    text: ({ limit }, { requests, examples }) =>
      `${counted(requests, "request")} not answered (at most ${percent(limit?.max ?? 0)}): ${examples.join("; ")}`,
    deciding: (check, { requests }) => ({
      figure: formatValue(check),
      name: `of the recorded requests not answered (${counted(requests, "request")})`,
      against: [`at most ${percent(check.limit?.max ?? 0)}`],
    }),
  },
  "unanswered-by-production": {
    always: true,
    text: ({ value = 0 }) => `${counted(value, "request")} not answered by production`,
  },
  "score-difference": { always: true, text: ({ value = 0 }) => `scores differ by ${short(value)} on average` },
  "replay-median": {
    always: true,
    text: ({ value = 0, baseline = 0 }) => `median ${value.toFixed(1)} ms, production ${baseline.toFixed(1)} ms`,
  },
};

const shareInterval = (interval: Interval | undefined): string =>
  interval === undefined ? "" : ` [${percent(interval.low)}, ${percent(interval.high)}]`;

/** Whether the percentile is proven to be below its limit; nothing more is said of a measured one above it. */
function proofText({ value = 0, limit = {} }: Check, proof: Proof | undefined): string {
  if (proof === undefined || isOutside(value, limit)) return "";
  const { over, requests, most, confidence } = proof;
  const found = `, ${grouped(over)} of ${grouped(requests)} over`;
  if (over <= most) return `${found}: proven at ${percent(confidence)}`;
  const needed = most < 0 ? "too few requests" : `at most ${grouped(most)} may be over`;
  return `${found}: not proven at ${percent(confidence)}, ${needed}`;
}

/** Milliseconds. A value beyond its limit is never rounded onto the limit. */
const milliLimited = ({ value = 0, limit = {} }: Check): string =>
  isOutside(value, limit) ? formatValue({ value, limit }) : milli(value);

const milli = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(0));

/** Of a limit that the project did not set, and that the server does not keep: what to write. */
const guessText = ({ value = 0, interval, outcome }: Check, guessed: true | undefined, key: string): string =>
  guessed === true && outcome === "broken"
    ? `: a guess of the pipeline, and gates.latency.${key} = ${roundedUp(Math.max(value, interval?.high ?? 0))} allows it`
    : "";

/** The least number of two digits that is not below: a measured time is never the same twice. */
function roundedUp(value: number): number {
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Number((Math.ceil(value / unit) * unit).toPrecision(2));
}
