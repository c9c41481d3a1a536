import type { ClusterOptions } from "./cluster.ts";

export interface ServerOptions extends ClusterOptions {
  /** `verb resource` that the caller may not do. */
  readonly denied?: readonly string[];
  /** Whether the API forbids those, without saying it when it is asked before. */
  readonly deniedUnasked?: readonly string[];
  /** What is answered to a prediction. */
  readonly answer?: unknown;
  readonly healthStatus?: number;
  /** The address of this machine that it listens on, and is known by: its loopback when absent. */
  readonly host?: string;
}
