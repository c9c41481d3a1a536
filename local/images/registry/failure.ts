import { EngineError } from "../../base/errors.ts";

/** Why a registry did not do what it was asked. */
export type RegistryProblem = "unreachable" | "unauthorized" | "not-found" | "plain-http" | "limited" | "other";

export interface Failure {
  readonly problem: RegistryProblem;
  /** A few words, such as `connection refused` or `503 Service Unavailable`. */
  readonly reason: string;
}

export function isFailure(answer: unknown): answer is Failure {
  return typeof answer === "object" && answer !== null && "problem" in answer;
}

/** Interprets an HTTP status other than success. */
export function failureOfStatus(status: number, text: string): Failure {
  const reason = `${status} ${text}`.trim();
  if (status === 401 || status === 403) return { problem: "unauthorized", reason };
  if (status === 404) return { problem: "not-found", reason };
  if (status === 429) return { problem: "limited", reason };
  // The answer comes from a proxy before the registry.
  if (status >= 500) return { problem: "unreachable", reason };
  return { problem: "other", reason: `the registry answers ${reason}` };
}

/**
 * Explains a failed request to a person. `what` is the address or reference, and `action` what was tried, such as `push
 * to`.
 */
export function registryError(action: string, what: string, registry: string, failure: Failure): EngineError {
  const advice: Record<RegistryProblem, string> = {
    unreachable: `${registry} does not answer (${failure.reason}). Is the address right, and does the registry run?`,
    unauthorized: `${registry} refuses it (unauthorized). Check that the name is right, and give credentials: log in (docker, podman or skopeo login), or pass the registry's user and password.`,
    "not-found": `${registry} does not have it (not found).`,
    "plain-http": `${registry} speaks plain http. Allow it with \`insecure = true\` for this registry in registries.conf.`,
    limited: `${registry} limits how much may be pulled (too many requests). Log in, wait, or name a mirror in registries.conf.`,
    other: failure.reason,
  };
  return new EngineError(`Cannot ${action} ${what}: ${advice[failure.problem]}`);
}
