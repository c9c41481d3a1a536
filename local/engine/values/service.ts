import type { Container } from "./container.ts";

/** A container's process that others reach by name while they run. */
export interface Service {
  readonly container: Container;
  readonly args: readonly string[];
  /** Asked for by `withHostname`; otherwise made from the service's key. */
  readonly hostname?: string;
}
