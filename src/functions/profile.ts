import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { Profile } from "../model/profile.ts";
import type { TrainingInputs } from "../stages/definition.ts";
import type { DeliveryRequest } from "./run-delivery.ts";

/** How a run of a profile trains. */
export const trainingOf = (
  { config }: Pick<Context, "config">,
  profile: Profile,
  epochs: number,
): Pick<TrainingInputs, "epochs" | "isQuick"> =>
  profile === Profile.QUICK ? { epochs: config.profile.quick.epochs, isQuick: true } : { epochs };

/** The gates that a run of a profile asks; undefined for all. */
export const gatesOf = ({ config }: Pick<Context, "config">, profile: Profile): readonly string[] | undefined =>
  profile === Profile.QUICK ? config.profile.quick.gates : undefined;

/** @throws UserError for a quick run that is to push, deploy or store something */
export function refuseQuickDelivery(profile: Profile, { address, environment, tag, storeAs }: DeliveryRequest): void {
  if (profile !== Profile.QUICK) return;
  const flags = { "--address": address, "--environment": environment, "--tag": tag, "--store-as": storeAs };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  if (given.length === 0) return;
  throw new UserError(
    `--profile=quick goes with no ${given.join(" and no ")}: its model only shows that the project works, and is never published, deployed or stored.`,
    "your-project",
  );
}
