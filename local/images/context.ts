import type { InFlight } from "../base/scheduler.ts";
import type { Store } from "../store/types.ts";
import type { Availability } from "./availability.ts";
import type { RegistryAuth } from "./types.ts";

/** What the parts of one `Images` share. */
export interface Context {
  readonly store: Store;
  /** Tells a person something that matters: said once. */
  readonly notice: (text: string) => void;
  readonly availability: Availability;
  readonly inFlight: InFlight;
  /** Seconds since the epoch: the time that everything in a written image bears. */
  readonly sourceDateEpoch: number;
  /** Credentials of this session by normalized reference: writing may have to pull a base again. */
  readonly auths: Map<string, readonly RegistryAuth[]>;
}

/** ISO 8601 without fractions, as image configurations have it. */
export function createdAt(context: Context): string {
  return new Date(context.sourceDateEpoch * 1000).toISOString().replace(".000Z", "Z");
}
