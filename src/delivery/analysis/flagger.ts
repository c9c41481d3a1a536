import { type Analysis, addressOf, pollsOf, serverAddress, weightOf } from "./analysis.ts";
import type { Yaml } from "./yaml.ts";

/* What Flagger is told. */

/**
 * The webhooks, in the order in which they matter: `rollback` takes a candidate back with 200, where all others let it go on. A
 * `post-rollout` says why, since Flagger logs the bodies of some webhooks alone, and those of a confirmation are not among them.
 */
const HOOKS = ["rollback", "rollout", "confirm-traffic-increase", "confirm-promotion", "post-rollout"] as const;
const SECONDS_TO_ANSWER = 5;
/** Checks that fail before a candidate is taken back: the server may be away for a while. */
const THRESHOLD = 5;

/** What of a Canary uses the server. */
export function canaryFragment(analysis: Analysis): Yaml {
  const { interval } = pollsOf(analysis);
  return {
    spec: {
      analysis: {
        interval: `${interval}s`,
        threshold: THRESHOLD,
        // They only grow.
        stepWeights: [...new Set(analysis.canary.steps.map(weightOf))].sort((a, b) => a - b),
        webhooks: HOOKS.map((type) => ({
          name: `ml-pipeline-${type}`,
          type,
          url: serverAddress(analysis, `/flagger/${type}`),
          timeout: `${SECONDS_TO_ANSWER}s`,
          metadata: {
            canary: addressOf(analysis, analysis.candidate),
            stable: addressOf(analysis, analysis.stable),
          },
        })),
      },
    },
  };
}
