import { describe, expect, it } from "vitest";
import { connectionReason, problemOf, reasonOf } from "../../../local/images/skopeo.ts";

const fatal = (message: string): string =>
  `time="2026-01-01T00:00:00Z" level=fatal msg="${message.replaceAll('"', '\\"')}"`;

describe("what skopeo's words mean", () => {
  it.each([
    [
      'Error parsing image name "docker://docker.io/library/python:3": pinging container registry registry-1.docker.io: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host',
      "unreachable",
    ],
    [
      'pinging container registry localhost:1: Get "http://localhost:1/v2/": dial tcp 127.0.0.1:1: connect: connection refused',
      "unreachable",
    ],
    ['pinging container registry x.org: Get "https://x.org/v2/": Forbidden', "unreachable"],
    [
      'pinging container registry x.org: Get "https://x.org/v2/": x509: certificate signed by unknown authority',
      "unreachable",
    ],
    ["pinging container registry x.org: received unexpected HTTP status: 503 Service Unavailable", "unreachable"],
    [
      'pinging container registry 10.0.0.2:5000: Get "https://10.0.0.2:5000/v2/": http: server gave HTTP response to HTTPS client',
      "plain-http",
    ],
    ["reading manifest 9 in docker.io/library/python: manifest unknown: manifest unknown", "not-found"],
    ["reading manifest latest in localhost:5000/x: name unknown: repository name not known to registry", "not-found"],
    ["unable to retrieve auth token: invalid username/password: unauthorized: authentication required", "unauthorized"],
    [
      "reading manifest latest in docker.io/no/such: errors: denied: requested access to the resource is denied",
      "unauthorized",
    ],
    ["initializing source docker://python:3: toomanyrequests: You have reached your pull rate limit", "limited"],
    ["something else went wrong", "other"],
  ])("%s", (message, problem) => {
    expect(problemOf(fatal(message))).toBe(problem);
  });

  it("takes the message out of the log line", () => {
    expect(reasonOf(`warning\n${fatal('reading "x": manifest unknown')}\n`)).toBe('reading "x": manifest unknown');
  });

  it("shortens why a connection failed", () => {
    expect(
      connectionReason(fatal('pinging container registry x: Get "https://x/v2/": dial tcp: lookup x: no such host')),
    ).toBe("no such host");
    expect(connectionReason(fatal('pinging container registry x: Get "https://x/v2/": Forbidden'))).toBe("Forbidden");
  });
});
