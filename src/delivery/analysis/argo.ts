import { type Analysis, addressOf, pollsOf, serverAddress, serverName, weightOf } from "./analysis.ts";
import type { Yaml } from "./yaml.ts";

/* What Argo Rollouts is told. */

const SECONDS_TO_ANSWER = 10;

/**
 * The AnalysisTemplate.
 *
 * A measurement that is neither a success nor a failure is inconclusive, and says that the server is not there yet. The first success ends
 * the run, and so does the first failure. Where all measurements are inconclusive so is the run, and the Rollout pauses: that many fewer
 * are tolerated by one, since a run that has its count and broke no limit is a success.
 */
export function analysisTemplate(analysis: Analysis): Yaml {
  const { interval, count } = pollsOf(analysis);
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AnalysisTemplate",
    metadata: { name: serverName(analysis), namespace: analysis.namespace },
    spec: {
      args: [
        { name: "canary-service", value: addressOf(analysis, analysis.candidate) },
        { name: "stable-service", value: addressOf(analysis, analysis.stable) },
        { name: "canary-hash" },
        { name: "step", value: String(analysis.canary.steps.length) },
      ],
      metrics: [
        {
          name: "ml-pipeline",
          initialDelay: `${interval}s`,
          interval: `${interval}s`,
          count,
          successCondition: 'result.verdict == "passed"',
          failureCondition: 'result.verdict == "failed"',
          failureLimit: 0,
          consecutiveSuccessLimit: 1,
          inconclusiveLimit: count - 1,
          provider: {
            web: {
              method: "POST",
              url: serverAddress(analysis, "/judgement"),
              timeoutSeconds: SECONDS_TO_ANSWER,
              // The whole answer, so that the measurement says which check decided it.
              jsonPath: "{$}",
              jsonBody: {
                canary: "{{args.canary-service}}",
                stable: "{{args.stable-service}}",
                checksum: "{{args.canary-hash}}",
                step: "{{args.step}}",
              },
            },
          },
        },
      ],
    },
  };
}

/** What of a Rollout uses it. */
export function rolloutFragment(analysis: Analysis): Yaml {
  return {
    spec: {
      strategy: {
        canary: {
          canaryService: analysis.candidate,
          stableService: analysis.stable,
          steps: analysis.canary.steps.flatMap((share, at): Yaml[] => [
            { setWeight: weightOf(share) },
            {
              analysis: {
                templates: [{ templateName: serverName(analysis) }],
                args: [
                  { name: "canary-hash", valueFrom: { podTemplateHashValue: "Latest" } },
                  { name: "step", value: String(at + 1) },
                ],
              },
            },
          ]),
        },
      },
    },
  };
}
