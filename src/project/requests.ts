/** Where a project keeps recorded requests, one instance a line, unless it configures another file. */
export const REQUESTS = "tests/shadow/requests.jsonl";
