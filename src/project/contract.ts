/* What the pipeline and a project agree on, where both must name the same thing. */

/** The port that a served model listens on inside its container, unless `$PORT` says otherwise. */
export const PORT = 8080;

/** Where a project keeps recorded requests, one instance a line, unless it configures another file. */
export const REQUESTS = "tests/shadow/requests.jsonl";
