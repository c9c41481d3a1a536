import { z } from "zod";
import { name, required, share } from "../config/forms.ts";
import { REQUESTS } from "../project/contract.ts";
import { counted, percent, short } from "../text.ts";
import { defineGate, failed, passed } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** The recorded requests, below the project's root. */
  requests: name.default(REQUESTS),
  /** Share of the requests that candidate and production answer alike. */
  "min-agreement": share.default(0.95),
  /** Numbers that differ by at most this share of production's agree. */
  tolerance: share.default(0.01),
  /** Requests a second, or as they were recorded; the next request when both have answered, when absent. */
  rate: z
    .union([z.number().positive(), z.literal("recorded")], {
      error: 'expected a number of requests a second, or "recorded"',
    })
    .optional(),
  /** Share of the requests that the candidate may fail to answer. */
  "max-errors": share.default(0),
});

/** Candidate and production answer the same recorded requests; only production's answers would have counted. */
export const shadowGate = defineGate({
  id: "shadow",
  settings,
  needs: ["shadow"],
  decide({ shadow }, settings) {
    const { requests, agreed, errors, latency, scores } = shadow;
    const agreement = agreed / requests;
    const failing = errors.candidate / requests;
    const numbers = {
      requests,
      agreed,
      agreement,
      candidateErrors: errors.candidate,
      productionErrors: errors.production,
    };
    const limit = settings["min-agreement"];
    const text = [
      `${percent(agreement)} of ${counted(requests, "request")} answered as production did (at least ${percent(limit)})`,
      ...(errors.candidate > 0
        ? [
            `${counted(errors.candidate, "request")} not answered (at most ${percent(settings["max-errors"])}): ${errors.examples.join("; ")}`,
          ]
        : []),
      ...(errors.production > 0 ? [`${counted(errors.production, "request")} not answered by production`] : []),
      ...(scores === undefined ? [] : [`scores differ by ${short(scores.meanAbsoluteDifference)} on average`]),
      `median ${latency.candidate.p50.toFixed(1)} ms, production ${latency.production.p50.toFixed(1)} ms`,
    ].join("; ");
    return (agreement < limit || failing > settings["max-errors"] ? failed : passed)(text, numbers);
  },
  deciding: ({ agreement }, settings) =>
    agreement === undefined
      ? undefined
      : {
          figure: percent(agreement),
          name: "of the recorded requests answered as production did",
          against: [`at least ${percent(settings["min-agreement"])}`],
        },
  mutants: () => [
    { name: "wrong answers from the candidate", serving: { answers: "wrong" } },
    { name: "the candidate refuses every request", serving: { answers: "failing" } },
  ],
});
