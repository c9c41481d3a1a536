import { type Deployed, isDeployed } from "../delivery/deployed.ts";
import { changeNote } from "../delivery/noted-change.ts";
import type { DriftReadings } from "../drift/readings.ts";
import { nameOf } from "../drift/words.ts";
import type { Report } from "./report.ts";

/**
 * `outputs.env`: one `NAME=value` a line, for `$GITHUB_OUTPUT`, GitLab's dotenv artifacts and `source`.
 *
 * Values are the pipeline's own words and hashes, so nothing needs quoting: what is text of the user's project, as names of columns,
 * is percent-encoded.
 */
export function outputsEnv({
  verdict,
  failure,
  image,
  hashes,
  drift,
  approval,
  deployments,
  cost,
  training,
}: Report): string {
  const values: Record<string, string | undefined> = {
    VERDICT: verdict,
    // A drift report does not decide about a deployment.
    ...(drift === undefined ? { SHOULD_DEPLOY: String(verdict === "passed" && training?.profile === undefined) } : {}),
    ...(drift === undefined ? approvalOutputs(approval) : {}),
    FAILED_STAGE: failure?.stage.replaceAll(" ", "-"),
    FAILED_GATE: failure?.gate,
    // The ID of one that was not pushed names no image in any registry.
    IMAGE: image === undefined ? deployments?.[0]?.image : image.published,
    IMAGE_ID: image?.id,
    SOURCE_HASH: hashes.source,
    DATA_HASH: hashes.data,
    MODEL_HASH: hashes.model,
    COST: cost?.actual.total.toFixed(4),
    COST_CURRENCY: cost?.currency,
    ...(deployments === undefined ? {} : deployedOutputs(deployments)),
    ...(drift === undefined ? {} : driftOutputs(drift)),
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${value ?? ""}\n`)
    .join("");
}

/** Whether a person is to decide, and what changed since the accepted model. What failed goes nowhere, whoever asks. */
const approvalOutputs = (approval: Report["approval"]): Record<string, string | undefined> => ({
  APPROVAL: approval === undefined ? undefined : approval.required ? "required" : "none",
  CHANGE: approval === undefined ? undefined : changeNote(approval.change),
});

/** The environments where the image runs now, those that went back, and those that wait for a person; the revision is that of the last one. */
const deployedOutputs = (deployments: readonly Deployed[]): Record<string, string> => {
  const namesOf = (which: (one: Deployed) => boolean): string =>
    deployments
      .filter(which)
      .map(({ environment }) => environment)
      .join(",");
  return {
    DEPLOYED: namesOf(isDeployed),
    REVISION: String(deployments.filter(({ revision }) => revision !== undefined).at(-1)?.revision ?? ""),
    ROLLED_BACK: namesOf(({ rolledBack }) => rolledBack),
    WAITING: namesOf(({ outcome }) => outcome === "waiting"),
  };
};

/** What to do, how many columns drifted or cannot be compared, and for a retraining those that drifted. */
const driftOutputs = (drift: DriftReadings): Record<string, string> => {
  const drifted = drift.tests.filter(({ outcome }) => outcome === "drifted");
  const changed = new Set([...drift.faults.map(({ column }) => column), ...drifted.map(nameOf)]);
  const retrain = drift.action === "retrain";
  const watched = retrain ? [...new Set(drifted.map(({ column }) => column))] : [];
  return {
    ...{ ACTION: drift.action, DRIFTED: String(changed.size) },
    ...{ RETRAIN: String(retrain), WATCH: watched.map(encoded).join(",") },
  };
};

/** With what a shell or a list would take apart as its bytes: `%2C` for a comma. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
