import type { Container } from "./container.ts";

/** A process that other containers reach by name. */
export interface Service {
  readonly container: Container;
  readonly args: readonly string[];
  /** The name that `withHostname` asked for. By default it is made from the service's key. */
  readonly hostname?: string;
}
