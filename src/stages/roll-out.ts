import { randomUUID } from "node:crypto";
import { type Container, ReturnType } from "@dagger.io/dagger";
import { pythonBase } from "../containers/images.ts";
import { KUBERNETES_TOOLS, RESULTS } from "../containers/paths.ts";
import { preparationError } from "../containers/preparation.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { withTools } from "../containers/tools.ts";
import type { ClusterAccess } from "../context/access.ts";
import type { Context } from "../context/context.ts";
import type { CanaryPlan } from "../delivery/canary.ts";
import { type Rollout, rolloutSchema } from "../delivery/rollout.ts";
import type { DeployTarget } from "../delivery/settings.ts";
import { workloadOf } from "../delivery/workload.ts";
import { messageOf, UserError } from "../errors.ts";
import { parseJson } from "../json.ts";
import { nearest } from "../text.ts";
import { accessOf, checkAccess, checkKubeconfig, withAccess } from "./cluster-access.ts";
import type { AnsweredRequest } from "./evidence.ts";
import { rollOutExternally } from "./roll-out-external.ts";

/* What is deployed to is changed and watched by one program in a container, so that nothing is lost between two of them. */

/** What is done, and what is noted with it. */
export interface RolloutRequest {
  readonly action: "deploy" | "rollback" | "status";
  readonly target: DeployTarget;
  readonly dryRun?: boolean | undefined;
  /** By digest. */
  readonly image?: string | undefined;
  /** What `kubectl rollout history` shows. */
  readonly cause?: string | undefined;
  /** Annotations. */
  readonly records?: Readonly<Record<string, string>> | undefined;
  readonly recorded?: AnsweredRequest | undefined;
  readonly revision?: number | undefined;
  /** How the image is tried first beside what runs, and what is asked. */
  readonly canary?: { readonly plan: CanaryPlan; readonly rows: readonly unknown[] } | undefined;
}

/**
 * @param named how the caller named it, for the message
 * @throws UserError for an environment that the configuration does not have
 */
export function targetOf(
  { config }: Pick<Context, "config">,
  environment: string,
  named = `--environment=${environment}`,
): DeployTarget {
  const { deploy } = config;
  const found = Object.hasOwn(deploy, environment) ? deploy[environment] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(deploy);
  const close = nearest(environment, known);
  const advice =
    known.length === 0
      ? `Nothing says where to deploy to: add a table [tool.ml-pipeline.deploy.${environment}] with deployment = "NAME", or rollout or inference-service.`
      : `The configuration has ${known.map((one) => `deploy.${one}`).join(", ")}${close === undefined ? "" : `; did you mean ${close}`}${close === undefined ? "." : "?"}`;
  throw new UserError(`${named}: there is no such environment. ${advice}`, "delivery");
}

const RESULT = `${RESULTS}/rollout.json`;
/** Beside the secrets. */
const CANARY = "/run/ml-pipeline-canary.json";

/** @throws UserError without access to a cluster, or with two kinds of it */
export async function rollOut(context: Context, access: ClusterAccess, request: RolloutRequest): Promise<Rollout> {
  const { action, target, dryRun = false, image = "", cause = "", records = {}, recorded, revision, canary } = request;
  checkAccess(access);
  if (target.external !== undefined) return rollOutExternally(context, access, target.external, request);
  await checkKubeconfig(access);
  const id = randomUUID();
  const spec = {
    action,
    access: accessOf(access, target),
    result: RESULT,
    ...{ target: workloadOf(target), container: target.container ?? null, timeout: target.timeout },
    limits: {
      ready: target["ready-seconds"] ?? context.project.protocol.readySeconds,
      patience: target["patience-seconds"],
    },
    checks: {
      // What a revision of earlier answered is recorded nowhere.
      names: action === "rollback" ? target.checks.filter((check) => check !== "answer") : target.checks,
      service: target.service ?? null,
      protocol: context.project.protocol,
      recorded: recorded ?? null,
      tolerance: target.tolerance,
    },
    ...{ dryRun, id, image, cause, records, revision: revision ?? null },
    canary: canary === undefined ? null : CANARY,
  };
  const program = programPath("deploy_kubernetes.py");
  const ready = withProgram(withTools(pythonBase(context), KUBERNETES_TOOLS, context), "deploy_kubernetes.py");
  const ran = withAccess(canary === undefined ? ready : ready.withNewFile(CANARY, JSON.stringify(canary)), access)
    .withEnvVariable("PYTHONPATH", KUBERNETES_TOOLS)
    // The specification has an id that no other call has, so the command is never answered from the cache.
    .withExec(["python3", program, JSON.stringify(spec)], { expect: ReturnType.Any });
  return parseJson(await resultOf(ran), rolloutSchema, "rollout.json of deploy_kubernetes.py");
}

/** Asked once, since an engine may carry out again what it has forgotten. */
async function resultOf(ran: Container): Promise<string> {
  try {
    return await ran.file(RESULT).contents();
  } catch (error) {
    // An installation that failed says why by itself.
    const failure = preparationError(error);
    if (failure !== undefined) throw failure;
    throw new Error(
      `The program that speaks to the cluster ended without a result (${messageOf(error)}). What it changed is not known: \`status\` says how it stands.`,
      { cause: error },
    );
  }
}
