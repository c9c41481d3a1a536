/** What a load test does. */
export interface LoadSettings {
  /** Single requests that are measured, and as many batches as a fifth of them. */
  readonly requests: number;
  /** Instances in a batch. */
  readonly batchSize: number;
  /** Clients at once, for the throughput. */
  readonly users: number;
}

/** How recorded requests are replayed. */
export interface ShadowSettings {
  /** The file of requests, below the project's root. */
  readonly requests: string;
  /** Requests a second; `recorded` keeps the times of the file; absent: the next request when both have answered. */
  readonly rate?: number | "recorded" | undefined;
  /** Numbers that differ by at most this share of production's agree. */
  readonly tolerance: number;
}
