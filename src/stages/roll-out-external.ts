import { randomUUID } from "node:crypto";
import { type Container, dag } from "@dagger.io/dagger";
import { externalCommand } from "../config/external-command.ts";
import { codeContainer, withVariables } from "../containers/app.ts";
import { askExternal } from "../containers/external/run.ts";
import type { ClusterAccess } from "../context/access.ts";
import type { Context } from "../context/context.ts";
import {
  type DeployAnswer,
  type DeployRequest,
  type DeployVerb,
  deployProblemOf,
  externalRollout,
  isSame,
  MAX_DEPLOY_ANSWER,
  problemOf,
  type ReadDeploy,
  ranOf,
  readDeployAnswer,
} from "../delivery/external.ts";
import { shortImage } from "../delivery/image-reference.ts";
import type { Back, Rollout } from "../delivery/rollout.ts";
import { RECORD } from "../delivery/rollout-words.ts";
import type { DeployTarget } from "../delivery/settings.ts";
import { KUBECONFIG, TOKEN, withAccess } from "./cluster-access.ts";
import type { RolloutRequest } from "./roll-out.ts";

/* Deploying by a command of the user's: it is asked what runs before and after, and what it says then counts. */

/** Where the command finds what shows a platform who asks. */
const VARIABLES = { token: "ML_PIPELINE_CREDENTIALS", kubeconfig: "KUBECONFIG" } as const;

type Asked = Partial<Pick<DeployRequest, "image" | "revision" | "records" | "cause">>;
type Ask = (verb: DeployVerb, asked?: Asked) => Promise<ReadDeploy>;

/** The same as `rollOut` for an environment whose table has a command. */
export async function rollOutExternally(
  context: Context,
  access: ClusterAccess,
  external: NonNullable<DeployTarget["external"]>,
  request: RolloutRequest,
): Promise<Rollout> {
  const began = Date.now();
  const ask = asking(context, access, external, request.target);
  const seen = await ask("status");
  // Of what cannot be read nothing is changed.
  if ("unusable" in seen) {
    return externalRollout({ outcome: request.action === "status" ? "seen" : "refused", problem: seen.unusable });
  }
  const timed = (rollout: Rollout): Rollout => ({ ...rollout, seconds: Math.round((Date.now() - began) / 1000) });
  switch (request.action) {
    case "status":
      return externalRollout({
        outcome: "seen",
        after: ranOf(seen.answer) ?? NOTHING,
        problem: problemOf(seen.answer),
      });
    case "deploy":
      return timed(await deploy(ask, seen.answer, request));
    case "rollback":
      return timed(await goBack(ask, seen.answer, request));
  }
}

/** What is said to run where nothing does: it has no notes, so that a person decides about the first of an environment. */
const NOTHING = {
  ...{ image: "nothing", revision: 0, generation: 0, ready: 0, wanted: 0, since: "", records: {}, cause: "" },
};

async function deploy(ask: Ask, seen: DeployAnswer, request: RolloutRequest): Promise<Rollout> {
  const { image = "", cause = "", records = {}, dryRun = false } = request;
  const before = ranOf(seen);
  const runs = before !== null && isSame(before.image, image);
  if (runs && problemOf(seen) === undefined) return externalRollout({ outcome: "unchanged", before, after: before });
  if (dryRun) {
    const change = `image: ${before === null ? "nothing" : shortImage(before.image)} becomes ${shortImage(image)}`;
    return externalRollout({ outcome: "planned", before, changes: [change] });
  }
  const noted = { ...records, [RECORD.image]: image, [RECORD.deployment]: randomUUID(), [RECORD.state]: "ready" };
  const made = await ask("deploy", { image, cause, records: noted });
  const claimed = "unusable" in made ? made.unusable : deployProblemOf(made.answer, image);
  // What it calls done is asked for once more, as anybody would ask.
  const now = await ask("status");
  const problem = claimed ?? ("unusable" in now ? now.unusable : deployProblemOf(now.answer, image));
  const after = "unusable" in now ? null : ranOf(now.answer);
  if (problem === undefined) return externalRollout({ outcome: "done", before, after });
  const failed = { outcome: "failed", before, problem } as const;
  if (before === null || runs) {
    const why = before === null ? "nothing ran before" : "it ran before";
    return externalRollout({ ...failed, after, back: { ...backTo(after), outcome: "nothing", why } });
  }
  return externalRollout({ ...failed, ...(await undo(ask, before, cause)) });
}

const backTo = (ran: Rollout["after"]): Back => ({
  ...{ outcome: "done", image: ran?.image ?? "", revision: ran?.revision ?? 0, why: "", asked: true, reason: null },
});

/** Lets the image run again that ran before, unless it does. */
async function undo(
  ask: Ask,
  before: NonNullable<Rollout["before"]>,
  cause: string,
): Promise<Pick<Rollout, "after" | "back">> {
  const { image, records } = before;
  await ask("rollback", { image, records, cause: `back after: ${cause}` });
  const now = await ask("status");
  const problem = "unusable" in now ? now.unusable : deployProblemOf(now.answer, image);
  const after = "unusable" in now ? null : ranOf(now.answer);
  if (problem === undefined) return { after, back: backTo(after) };
  return { after, back: { ...backTo(before), outcome: "failed", reason: { code: "external", detail: problem } } };
}

/** The way back that a person asks for: the command knows what ran before. */
async function goBack(ask: Ask, seen: DeployAnswer, { revision, dryRun = false }: RolloutRequest): Promise<Rollout> {
  const before = ranOf(seen);
  if (before === null) return externalRollout({ outcome: "refused", problem: "says that nothing runs" });
  if (dryRun) {
    const to = revision === undefined ? "what ran before" : `revision ${revision}`;
    return externalRollout({
      outcome: "planned",
      before,
      changes: [`image: ${shortImage(before.image)} becomes ${to}`],
    });
  }
  const made = await ask("rollback", { image: null, revision: revision ?? null, cause: "rollback" });
  const claimed = "unusable" in made ? made.unusable : problemOf(made.answer);
  const now = await ask("status");
  const problem = claimed ?? ("unusable" in now ? now.unusable : problemOf(now.answer));
  const after = "unusable" in now ? null : ranOf(now.answer);
  if (problem !== undefined) return externalRollout({ outcome: "failed", before, after, problem });
  const stays = after !== null && isSame(after.image, before.image);
  return stays
    ? externalRollout({
        outcome: "failed",
        before,
        after,
        problem: `was to go back from ${before.image}, and that still runs`,
      })
    : externalRollout({ outcome: "done", before, after });
}

function asking(
  context: Context,
  access: ClusterAccess,
  external: NonNullable<DeployTarget["external"]>,
  target: DeployTarget,
): Ask {
  const [environment = ""] = Object.entries(context.config.deploy).find(([, one]) => one === target) ?? [];
  const named = externalCommand(`deploy.${environment}`, { ...external, seconds: target.timeout });
  const command = { ...named, time: { seconds: target.timeout, setting: `deploy.${environment}.timeout` } };
  return async (verb, { image = null, revision = null, records = {}, cause = "" } = {}) => {
    // The id is that of no other call, so that none is answered from the cache.
    const id = randomUUID();
    const { settings } = command;
    const request: DeployRequest = {
      ...({ schemaVersion: 1 } as const),
      ...{ verb, id, environment, settings, image, revision, records, cause },
    };
    const container = withCredentials(containerOf(context, external), access);
    const asked = await askExternal(container, { command, request, most: MAX_DEPLOY_ANSWER }, context);
    const secrets = await secretsOf(access);
    return "written" in asked
      ? readDeployAnswer(without(secrets, asked.written))
      : { unusable: without(secrets, asked.unusable) };
  };
}

/** The folder of the project that such programs are in: calls that need the configuration alone read nothing else of a project. */
const PROGRAMS = "deploy/**";

/** An image of the user's has none of the project's files, so that no commit decides what is done with the credentials. */
const containerOf = (context: Context, { image }: NonNullable<DeployTarget["external"]>): Container =>
  image === undefined
    ? codeContainer(context, context.project.app.filter({ include: [PROGRAMS] }))
    : dag.container().from(image);

const withCredentials = (container: Container, access: ClusterAccess): Container =>
  withVariables(
    withAccess(container, access),
    access.kubeconfig === undefined ? { [VARIABLES.token]: TOKEN } : { [VARIABLES.kubeconfig]: KUBECONFIG },
  );

/** What of a kubeconfig shows who asks. */
const OF_KUBECONFIG = /\b(?:token|password|client-key-data):\s*["']?([^\s"']{8,})/g;

async function secretsOf({ token, kubeconfig }: ClusterAccess): Promise<string[]> {
  const [given = "", text = ""] = await Promise.all([token?.plaintext(), kubeconfig?.plaintext()]);
  const found = [given.trim(), ...[...text.matchAll(OF_KUBECONFIG)].map(([, secret = ""]) => secret)];
  return found.filter((secret) => secret !== "");
}

const without = (secrets: readonly string[], text: string): string =>
  secrets.reduce((shown, secret) => shown.replaceAll(secret, "…"), text);
