import { shortImage } from "./image-reference.ts";
import type { Rollout, RolloutOutcome } from "./rollout.ts";

/* What became of a deploy, as a report keeps it. */

export interface Deployed {
  readonly environment: string;
  /** One that is not begun for want of a person is `waiting` as well. */
  readonly outcome: RolloutOutcome;
  /** What was to run, by its digest. */
  readonly image: string;
  /** What runs afterwards; absent where nobody asked, or nobody knows. */
  readonly runs?: string;
  /** The revision of that. */
  readonly revision?: number;
  /** Whether it went back to what ran before. */
  readonly rolledBack: boolean;
  /** How a person lets it go on, where it waits for one. */
  readonly next?: string;
}

/** @param next how a person lets it go on, where it waits for one */
export function deployedOf(
  environment: string,
  image: string,
  { outcome, after, back }: Pick<Rollout, "outcome" | "after" | "back">,
  next: string,
): Deployed {
  return {
    ...{ environment, outcome, image, rolledBack: back?.outcome === "done" },
    ...(after === null ? {} : { runs: after.image, revision: after.revision }),
    ...(outcome === "waiting" ? { next } : {}),
  };
}

/** A deploy that was not begun. */
export const notDeployed = (environment: string, image: string): Deployed => ({
  ...{ environment, outcome: "refused", image, rolledBack: false },
});

/** A deploy that waits for a person, and how it goes on. */
export const waitingFor = (environment: string, image: string, next: string): Deployed => ({
  ...{ environment, outcome: "waiting", image, rolledBack: false, next },
});

/** A deploy that nobody was to begin. */
export const plannedOnly = (environment: string, image: string): Deployed => ({
  ...{ environment, outcome: "planned", image, rolledBack: false },
});

/** Whether what was to run does, as far as the deploy knows. */
export const isDeployed = ({ outcome }: Pick<Deployed, "outcome">): boolean =>
  outcome === "done" || outcome === "unchanged";

/** What became of a deploy, as a part of a line. */
export function deployedWords({ environment, outcome, image, runs, revision, rolledBack }: Deployed): string {
  const at = revision === undefined ? "" : `, revision ${revision}`;
  if (outcome === "waiting") return `${environment} waits for a person`;
  if (isDeployed({ outcome })) return `${environment} runs ${shortImage(image)}${at}`;
  if (outcome === "planned") return `nothing of ${environment} was changed`;
  const now = runs === undefined ? "" : `, and runs ${shortImage(runs)}${at}`;
  return rolledBack ? `${environment} went back${now}` : `${environment} was not deployed${now}`;
}
