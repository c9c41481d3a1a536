import { UserError } from "../../errors.ts";
import type { CanarySettings } from "../canary.ts";
import type { DeployTarget } from "../settings.ts";
import { type WorkloadKind, workloadOf } from "../workload.ts";

/*
 * An analysis is a canary of which another program moves the traffic. It asks a server of ours how the candidate stands, again and again,
 * until that has an answer.
 */

/** What moves the traffic, and asks. */
export enum TrafficController {
  /** Argo Rollouts. */
  ARGO = "argo",
  /** Flagger. */
  FLAGGER = "flagger",
}

/** What the objects of an analysis are made of. */
export interface Analysis {
  readonly environment: string;
  /** The Rollout, or the Canary. */
  readonly name: string;
  readonly namespace: string;
  /** The Services of the candidate and of what serves, and the port of both. */
  readonly candidate: string;
  readonly stable: string;
  readonly port: number;
  readonly canary: CanarySettings;
  /** How long a step may take, in seconds. */
  readonly timeout: number;
}

export interface AnalysisNames {
  readonly controller: TrafficController;
  readonly candidate?: string | undefined;
  readonly stable?: string | undefined;
  readonly port: number;
}

const SERVICE = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** What each of them calls the Service of what serves; those of Flagger are its own. */
const STABLE = { [TrafficController.ARGO]: "stable", [TrafficController.FLAGGER]: "primary" } as const;
/** What each of them takes over: a Rollout may refer to a Deployment. */
const MOVED_BY = {
  [TrafficController.ARGO]: ["rollout", "deployment"],
  [TrafficController.FLAGGER]: ["deployment"],
} as const;

const HIGHEST_PORT = 65_535;

/**
 * @throws UserError without a namespace, and for what is no Service or no port
 */
export function analysisOf(environment: string, target: DeployTarget, names: AnalysisNames): Analysis {
  const { namespace, canary, timeout } = target;
  const { kind, name } = workloadOf(target);
  const moved: readonly WorkloadKind[] = MOVED_BY[names.controller];
  if (!moved.includes(kind)) {
    throw new UserError(
      `deploy.${environment}.${kind} is ${name}, and --controller=${names.controller} moves the traffic of a ${moved.join(" or a ")} alone.`,
      "delivery",
    );
  }
  if (namespace === undefined) {
    throw new UserError(
      `deploy.${environment}.namespace is not set, and what moves the traffic asks from a namespace of its own: set it.`,
      "delivery",
    );
  }
  if (!SERVICE.test(serverName({ name }))) {
    throw new UserError(
      `deploy.${environment}.${kind} is ${name}, and the server would be called ${serverName({ name })}, which no Service may be: it takes up to 63 small letters, digits and dashes, and begins with a letter.`,
      "delivery",
    );
  }
  const { candidate = `${name}-canary`, stable = `${name}-${STABLE[names.controller]}`, port } = names;
  for (const [flag, service] of [
    ["--candidate-service", candidate],
    ["--stable-service", stable],
  ] as const) {
    if (!SERVICE.test(service)) {
      throw new UserError(`${flag}=${service}: expected the name of a Service, such as model-canary.`, "delivery");
    }
  }
  if (candidate === stable) {
    throw new UserError(
      `--candidate-service and --stable-service are both ${stable}: they lead to different pods.`,
      "delivery",
    );
  }
  if (!Number.isInteger(port) || port < 1 || port > HIGHEST_PORT) {
    throw new UserError(`--service-port=${port}: expected a port, from 1 to ${HIGHEST_PORT}.`, "delivery");
  }
  return { environment, name, namespace, candidate, stable, port, canary, timeout };
}

/** The name of the server, and of what belongs to it. */
export const serverName = ({ name }: Pick<Analysis, "name">): string => `${name}-analysis`;

/** Where the server listens. */
export const SERVER_PORT = 8080;

export const serverAddress = (analysis: Analysis, path: string): string =>
  `http://${serverName(analysis)}.${analysis.namespace}.svc:${SERVER_PORT}${path}`;

/** A Service, as the server asks it. */
export const addressOf = ({ namespace, port }: Analysis, service: string): string =>
  `${service}.${namespace}.svc:${port}`;

/** The services that the server may ask. */
export const servicesOf = (analysis: Analysis): string =>
  `${addressOf(analysis, analysis.candidate)}/${addressOf(analysis, analysis.stable)}`;

const PAIR = /^[a-z0-9][-a-z0-9.]*:\d{1,5}\/[a-z0-9][-a-z0-9.]*:\d{1,5}$/;

/**
 * Services that a server may ask, as its variable has them.
 *
 * @throws UserError for what is no pair
 */
export function checkedServices(services: readonly string[]): string {
  const wrong = services.find((one) => !PAIR.test(one));
  if (wrong === undefined) return services.join(",");
  throw new UserError(`--services=${wrong}: expected CANDIDATE/STABLE, each HOST:PORT.`, "delivery");
}

/** How often the server is asked in a step. */
export interface Polls {
  /** In seconds. */
  readonly interval: number;
  readonly count: number;
}

/** A step has a verdict at the earliest when it has its requests: so many of them between two questions. */
const REQUESTS_BETWEEN = 50;
const SHORTEST = 10;
const LONGEST = 60;

export function pollsOf({ canary, timeout }: Pick<Analysis, "canary" | "timeout">): Polls {
  const interval = Math.min(LONGEST, Math.max(SHORTEST, Math.ceil(canary.requests / REQUESTS_BETWEEN)));
  return { interval, count: Math.max(2, Math.ceil(timeout / interval)) };
}

/** A share of the pods, as a weight of 100. */
export const weightOf = (share: number): number => Math.max(1, Math.round(100 * share));
