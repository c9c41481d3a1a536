/** What may be wrong with the way to a cluster, whatever is to be done there. */
export const ACCESS_CODES = [
  "bad-kubeconfig",
  "bad-token",
  "impersonation",
  "no-current-context",
  "no-context",
  "exec-plugin",
  "file-reference",
  "unreachable",
  "tls",
  "not-kubernetes",
  "unauthorized",
  "forbidden",
  "no-rights",
] as const;

/** Why something could not be done, or did not work. `reason-words.ts` has the words of each. */
export const REASON_CODES = [
  ...ACCESS_CODES,
  // What is deployed to, before anything is changed.
  "no-kind",
  "no-workload",
  "unfit",
  "no-container",
  "several-containers",
  "paused-before",
  "no-revision",
  "nothing-noted",
  "gone-back",
  "nothing-before",
  "unasked",
  "missing",
  "conflict",
  "rejected",
  // Pods that will not serve.
  "image",
  "crash",
  "config",
  "unschedulable",
  "not-ready",
  "not-created",
  "deadline",
  "stopped",
  "timeout",
  // Others who change it, or nobody who answers.
  "overtaken",
  "paused",
  "deleted",
  "lost",
  "unexpected",
  // What was asked of ready pods.
  "health",
  "answer",
  // A candidate beside production.
  "canary-worse",
  "canary-unsure",
  "canary-busy",
  "canary-name",
  "canary-gone",
  // A command of the user's that deploys.
  "external",
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];
