/* What the pipeline and a project agree on, where both must name the same thing. */

/** The port that a served model listens on inside its container, unless the project says another one. */
export const PORT = 8080;

/** Where a project keeps recorded requests, one instance a line, unless it configures another file. */
export const REQUESTS = "tests/shadow/requests.jsonl";

/** Ports that the pipeline uses in the server's container while it measures: its statistics, and a server made worse on purpose. */
export const MEASURING_PORTS = { stats: 46_081, sabotage: 46_080 } as const;
