import type { InFlight } from "../base/scheduler.ts";
import type { Store } from "../store/types.ts";
import type { Availability } from "./availability.ts";
import type { RegistryAuth } from "./types.ts";

/** What all parts of one `Images` share. */
export interface Context {
  readonly store: Store;
  /** Tells a person something that matters, once. */
  readonly notice: (text: string) => void;
  readonly availability: Availability;
  readonly inFlight: InFlight;
  /** The time of everything in a written image, in seconds since the epoch. */
  readonly sourceDateEpoch: number;
  /** Only where there is one user. */
  readonly oneUser?: OneUser;
  /** The credentials of this session by normalized reference. Writing an image may have to pull its base again. */
  readonly auths: Map<string, readonly RegistryAuth[]>;
}

/**
 * Gives the words before a program of the host that tell it that files have the owners it sets, where there is one user
 * only; or says why there are none.
 */
export type OneUser = () => Promise<{ readonly command: readonly string[] } | { readonly missing: string }>;

/** Gives the time of creation as image configurations have it: ISO 8601 without fractions. */
export function createdAt(context: Context): string {
  return new Date(context.sourceDateEpoch * 1000).toISOString().replace(".000Z", "Z");
}
