import { type Deployed, isDeployed } from "../delivery/deployed.ts";
import { changeNote } from "../delivery/noted-change.ts";
import type { DriftReadings } from "../drift/readings.ts";
import { watched } from "../drift/trigger.ts";
import { nameOf } from "../drift/words.ts";
import type { Report } from "./report.ts";
import type { ReportedRetraining } from "./retraining.ts";

/**
 * `outputs.env`: one `NAME=value` a line, for `$GITHUB_OUTPUT`, GitLab's dotenv artifacts and `source`.
 *
 * Values are the pipeline's own words and hashes, so nothing needs quoting: what is text of the user's project, as names of columns,
 * is percent-encoded.
 */
export function outputsEnv(report: Report): string {
  const { verdict, failure, image, hashes, drift, retraining, approval, deployments, cost } = report;
  // A report of drift alone does not decide about a deployment.
  const decides = drift === undefined || retraining !== undefined;
  const values: Record<string, string | undefined> = {
    VERDICT: verdict,
    ...(decides ? { SHOULD_DEPLOY: String(mayGoOn(report)), ...approvalOutputs(approval) } : {}),
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
    ...(retraining === undefined ? {} : retrainingOutputs(retraining, failure)),
    ...(drift === undefined || retraining !== undefined ? {} : driftOutputs(drift)),
  };
  return outputLines(values);
}

/** A line for each variable; one that is not known is empty. */
export const outputLines = (values: Readonly<Record<string, string | undefined>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}=${value ?? ""}\n`)
    .join("");

/** A model of the quick profile goes nowhere, whether it was trained or given. */
const mayGoOn = ({ verdict, training, heldBack }: Report): boolean =>
  verdict === "passed" && training?.profile === undefined && heldBack === undefined;

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

/** Why the new model goes out or does not, by whose word, and of which window it is. */
const retrainingOutputs = (
  { trigger, window, decision }: ReportedRetraining,
  failure: Report["failure"],
): Record<string, string> => ({
  REASON: decision?.code ?? failure?.stage.replaceAll(" ", "-") ?? "",
  FORCED: String(decision?.forcedBy !== undefined),
  TRIGGER: trigger,
  WINDOW_START: window.start,
  WINDOW_END: window.end,
});

/** What to do, how many columns drifted or cannot be compared, and for a retraining those that drifted. */
const driftOutputs = (drift: DriftReadings): Record<string, string> => {
  const drifted = drift.tests.filter(({ outcome }) => outcome === "drifted");
  const changed = new Set([...drift.faults.map(({ column }) => column), ...drifted.map(nameOf)]);
  return {
    ...{ ACTION: drift.action, DRIFTED: String(changed.size) },
    ...{ RETRAIN: String(drift.action === "retrain"), WATCH: watched(drift.action, drift.tests).join(",") },
  };
};
