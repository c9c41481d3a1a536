/** Settings of a load test. */
export interface LoadSettings {
  /** Single requests that are measured, and as many batches as a fifth of them. */
  readonly requests: number;
  /** Instances in a batch. */
  readonly batchSize: number;
  /** Concurrent clients, for the throughput. */
  readonly users: number;
}

/** How recorded requests are replayed. */
export interface ShadowSettings {
  /** The file of requests, below the project's root; the project's recorded requests when absent. */
  readonly requests?: string | undefined;
  /**
   * Requests a second; `recorded` keeps the times of the file. When absent, the next request follows once both have
   * answered.
   */
  readonly rate?: number | "recorded" | undefined;
  /** Numbers agree when they differ by at most this share of production's. */
  readonly tolerance: number;
}
