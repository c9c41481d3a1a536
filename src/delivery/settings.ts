import { z } from "zod";
import { externalDeployTable } from "../config/external-command.ts";
import { name, names } from "../config/forms.ts";
import { apiServer, objectName } from "../config/kubernetes-forms.ts";
import { stricter } from "../config/stricter.ts";
import { canarySettings } from "./canary.ts";
import { KIND_WORDS, namedKinds, WORKLOAD_KINDS } from "./workload.ts";

/* Where models are deployed to. */

const serviceName = z
  .string()
  .regex(
    /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?(:[a-z0-9][-a-z0-9]{0,14})?$/,
    'expected a Service such as "model" or "model:http"',
  );

/** What is asked of pods that are ready. */
export const DEPLOY_CHECKS = ["health", "answer"] as const;

const seconds = stricter("lower", z.number().positive());

/** A name that needs no quoting anywhere: it goes into variables of CI systems. */
const environmentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'expected the name of an environment such as "staging", in lower case');

const targetTable = z.strictObject({
  /** The context of the kubeconfig; its current one when absent. */
  context: name.optional(),
  /** The namespace; that of the context when absent. */
  namespace: objectName.optional(),
  /** The Deployment, which must be there. One of `deployment`, `rollout`, `inference-service` and `external` says what is deployed to. */
  deployment: objectName.optional(),
  /** The Rollout of Argo Rollouts, which must be there. */
  rollout: objectName.optional(),
  /** The InferenceService of KServe, which must be there. */
  "inference-service": objectName.optional(),
  /** A command of yours that deploys to what is no Kubernetes: it is asked by JSON, and answers what runs. */
  external: externalDeployTable.optional(),
  /** The container whose image is set; the only one of the pod when absent. */
  container: objectName.optional(),
  /** The Service that is asked when pods are ready, with its port where it has several; one of the new pods when absent. */
  service: serviceName.optional(),
  /**
   * What is asked when pods are ready, through the API server: `health` asks `serve.health`, `answer` sends the request that the report
   * (`--report`) has, and compares the answer with that of the image that was judged.
   */
  checks: stricter("more", z.array(z.enum(DEPLOY_CHECKS))).default([...DEPLOY_CHECKS]),
  /** How far a number of an answer may be from the recorded one, as a share of it. */
  tolerance: stricter("lower", z.number().min(0).max(1)).default(0.01),
  /** How a new image comes: `rolling` as what is deployed to says; `canary` first beside a fresh copy of what runs, which a Deployment can have. */
  strategy: z.enum(["rolling", "canary"]).default("rolling"),
  /** How a canary is tried. */
  canary: canarySettings.prefault({}),
  /**
   * Whether a change that is for a person to decide waits for one before it comes here by `release`, `promote` or `run --environment`; so it is
   * when absent, except for the environment `staging`.
   */
  approval: stricter("true", z.boolean()).optional(),
  /** The pointer of the model store that is moved to the model once it runs here; none when absent. */
  pointer: name.optional(),
  /** How long the rollout may take, in seconds, and the way back again. */
  timeout: seconds.default(600),
  /** How long a container may run without being ready, in seconds; `serve.ready-seconds` when absent, or what its probes allow if that is more. */
  "ready-seconds": seconds.optional(),
  /** How long a pod may be without a node, or an image may be out of reach, before the rollout has failed, in seconds. */
  "patience-seconds": seconds.default(30),
  /**
   * The address of the API server, with `--cluster-token`, which is sent there; `https://kubernetes.default.svc` when absent. A token goes nowhere
   * without encryption: for a server without it give a kubeconfig.
   */
  server: apiServer.optional(),
  /** The certificates of its authority, as PEM, with `--cluster-token`; those that every system trusts when absent. */
  "certificate-authority": name.optional(),
});

export const deployTarget = targetTable.superRefine((target, { addIssue }) => {
  const named = namedKinds(target);
  const [kind] = named;
  if (named.length !== 1) {
    const given = named.length === 0 ? "none of them is there" : `${named.join(" and ")} are there`;
    const message = `one of ${WORKLOAD_KINDS.join(", ")} names what is deployed to, and ${given}`;
    addIssue({ code: "custom", message, input: target });
    return;
  }
  const reason = kind === undefined ? undefined : KIND_WORDS[kind].ownCanary;
  if (target.strategy !== "canary" || reason === undefined) return;
  addIssue({ code: "custom", path: ["strategy"], message: `"canary" is for a Deployment: ${reason}`, input: target });
});
export type DeployTarget = z.output<typeof deployTarget>;

/** Where models are deployed to, by the names that `--environment` has. */
export const deploySettings = z.record(environmentName, deployTarget);
export type DeploySettings = z.output<typeof deploySettings>;

/** The one environment that is there to be tried in. */
const REHEARSAL = "staging";

/** Whether what is for a person to decide waits for one before it goes to an environment. */
export const isGuarded = (environment: string, { approval }: Pick<DeployTarget, "approval">): boolean =>
  approval ?? environment !== REHEARSAL;

/** Through which environments a release goes. */
export const releaseSettings = z.strictObject({
  /** The environments, in the order in which a release goes through them; `staging` and then `production`, those of them that there are, when absent. */
  order: names.optional(),
});
export type ReleaseSettings = z.output<typeof releaseSettings>;

/** The environments of a release, in their order. */
export const releaseOrder = (
  { order = [REHEARSAL, "production"] }: ReleaseSettings,
  deploy: DeploySettings,
): readonly string[] => order.filter((environment) => Object.hasOwn(deploy, environment));
