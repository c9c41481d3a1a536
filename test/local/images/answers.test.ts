import { writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Availability } from "../../../local/images/availability.ts";
import { parseReference } from "../../../local/images/reference.ts";
import { challengesOf } from "../../../local/images/registry/authorization.ts";
import { failureOfConnection } from "../../../local/images/registry/connection.ts";
import { credentialsFor } from "../../../local/images/registry/credentials.ts";
import { endpointsOf } from "../../../local/images/registry/endpoints.ts";
import { type FakeServer, startFake, tinyImage } from "../../support/fake-registry.ts";
import { emptyConfig, layerOf, Workspace } from "./support.ts";

const variables = [
  "REGISTRY_AUTH_FILE",
  "CONTAINERS_REGISTRIES_CONF",
  "HTTPS_PROXY",
  "https_proxy",
  "NO_PROXY",
  "no_proxy",
];
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));

let workspace: Workspace;
let fake: FakeServer | undefined;
beforeEach(async () => {
  workspace = await Workspace.open();
  for (const name of variables) delete process.env[name];
  process.env.REGISTRY_AUTH_FILE = join(workspace.folder, "auth.json");
});
afterEach(async () => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await fake?.close();
  fake = undefined;
  await workspace.close();
});

async function registriesConf(text: string): Promise<void> {
  process.env.CONTAINERS_REGISTRIES_CONF = join(workspace.folder, "registries.conf");
  await writeFile(process.env.CONTAINERS_REGISTRIES_CONF, text);
}

describe("a registry's status decides the message", () => {
  it.each([
    [401, "refuses it (unauthorized)"],
    [403, "refuses it (unauthorized)"],
    [404, "does not have it (not found)"],
    [429, "limits how much may be pulled (too many requests)"],
    [500, "does not answer (500 Internal Server Error)"],
    [503, "does not answer (503 Service Unavailable)"],
    [418, "the registry answers 418 I'm a Teapot"],
  ])("%i, whatever its body says", async (status, words) => {
    fake = await startFake((_request, response) => response.writeHead(status).end("unauthorized: manifest unknown"));
    const { images } = await workspace.session();
    await expect(images.resolve(`${fake.address}/x:1`, [])).rejects.toThrow(words);
    expect(fake.requests).toEqual(["GET /v2/x/manifests/1"]);
  });

  it("a page that is no manifest is no image", async () => {
    fake = await startFake((_request, response) => response.end("<html>Please log in to the network</html>"));
    const { images } = await workspace.session();
    await expect(images.resolve(`${fake.address}/x:1`, [])).rejects.toThrow("what the registry answers is no manifest");
  });

  it("a server that does not speak HTTP counts as one that does not answer", async () => {
    const server = createServer((socket) => socket.on("error", () => {}).end("garbage\r\n"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `localhost:${(server.address() as AddressInfo).port}`;
    const { images } = await workspace.session();
    await expect(images.resolve(`${address}/x:1`, [])).rejects.toThrow(`${address} does not answer (`);
    server.close();
  });

  it("the status also explains why a push failed", async () => {
    fake = await startFake((request, response) => {
      if (request.url === "/v2/") response.end();
      else response.writeHead(request.method === "POST" ? 403 : 404).end();
    });
    const session = await workspace.session();
    const layers = [await layerOf(session.store, "small", "echo small > small")];
    const written = await session.images.write({ layers, config: emptyConfig, annotations: {} }, "gzip");
    await expect(session.images.publish(written, `${fake.address}/x:1`, [])).rejects.toThrow(
      /^Cannot push to localhost:\d+\/x:1: localhost:\d+ refuses it \(unauthorized\)/,
    );
  });

  it("plain http in place of TLS is named as the reason, and nothing secret is sent", async () => {
    fake = await startFake((_request, response) => response.end());
    await registriesConf(`[[registry]]\nprefix = "r.test"\nlocation = "${fake.address}"\n`);
    const { images } = await workspace.session();
    const auth = [{ address: fake.address, username: "a", password: "b" }];
    await expect(images.resolve("r.test/x:1", auth)).rejects.toThrow("r.test speaks plain http. Allow it with");
    expect(fake.requests).toEqual(["GET /v2/"]);
  });
});

describe("a registry that wants a token", () => {
  const image = tinyImage("1");
  const password = Buffer.from("ada:l0vel4ce").toString("base64");

  /** Starts a server that gives a token for the password and files for the token. */
  const start = (seen: string[], wanted = `Basic ${password}`) =>
    startFake((request, response) => {
      const url = new URL(request.url ?? "", "http://x");
      const { authorization = "" } = request.headers;
      if (url.pathname === "/token") {
        seen.push(`${url.searchParams.get("service")} ${url.searchParams.get("scope")}`);
        if (authorization !== wanted) response.writeHead(401).end();
        else response.end(JSON.stringify({ token: "t0ken" }));
        return;
      }
      const file = image.files.get(url.pathname.replace(/^\/v2\/(?:x\/)?/, ""));
      if (authorization !== "Bearer t0ken") {
        const realm = `http://${request.headers.host}/token`;
        const challenge = `Bearer realm="${realm}",service="a, \\"service\\""`;
        response.writeHead(401, { "www-authenticate": challenge }).end();
      } else if (url.pathname === "/v2/") response.end();
      else if (file === undefined) response.writeHead(404).end();
      else response.setHeader("content-type", "application/vnd.oci.image.manifest.v1+json").end(file);
    });

  it("gets the password at the address that it names, and then the token", async () => {
    const seen: string[] = [];
    fake = await start(seen);
    const { images } = await workspace.session();
    const auth = [{ address: fake.address, username: "ada", password: "l0vel4ce" }];
    const resolved = await images.resolve(`${fake.address}/x:1`, auth);
    expect(resolved).toMatchObject({ digest: image.digest, origin: "registry", config: { env: ["TINY=1"] } });
    expect(seen[0]).toBe('a, "service" repository:x:pull');
    const { images: others } = await workspace.session("other");
    await expect(others.resolve(`${fake.address}/y:1`, auth)).rejects.toThrow("does not have it (not found)");
  });

  it("is refused by the status of the request for a token", async () => {
    fake = await start([]);
    const { images } = await workspace.session();
    await expect(images.resolve(`${fake.address}/x:1`, [])).rejects.toThrow("refuses it (unauthorized)");
  });
});

describe("a registry behind a proxy", () => {
  it("does not answer when the proxy refuses, and the proxy's words are shown", async () => {
    fake = await startFake(() => {}, { tunnel: (socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n") });
    process.env.HTTPS_PROXY = `http://${fake.address}`;
    const { images } = await workspace.session();
    await expect(images.resolve("r.test/x:1", [])).rejects.toThrow("r.test does not answer (Forbidden)");
    expect(fake.requests).toEqual(["CONNECT r.test:443"]);
  });
});

describe("where an image is looked for", () => {
  const conf = `
[[registry]]
prefix = "docker.io"
location = "mirror.test/hub"
[[registry.mirror]]
location = "near.test/hub"
insecure = true
[[registry.mirror]]
location = "digests.test"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "docker.io/library"
insecure = true
[[registry]]
prefix = "*.corp.test"
location = "all.test"
`;
  const places = async (text: string) =>
    (await endpointsOf(parseReference(text))).map(
      ({ registry, repository, insecure }) => `${registry}/${repository}${insecure ? " insecure" : ""}`,
    );

  it("is decided by the longest prefix in registries.conf, mirrors first", async () => {
    await registriesConf(conf);
    expect(await places("a/b:1")).toEqual(["near.test/hub/a/b insecure", "mirror.test/hub/a/b"]);
    const digest = `sha256:${"0".repeat(64)}`;
    expect(await places(`a/b@${digest}`)).toEqual([
      "near.test/hub/a/b insecure",
      "digests.test/a/b",
      "mirror.test/hub/a/b",
    ]);
    expect(await places("python:3")).toEqual(["docker.io/library/python insecure"]);
    expect(await places("x.corp.test/a:1")).toEqual(["all.test/a"]);
    expect(await places("other.test/a:1")).toEqual(["other.test/a"]);
    expect(await places("localhost:1/a:1")).toEqual(["localhost:1/a insecure"]);
    expect(await endpointsOf(parseReference("a/b:1"), { push: true })).toEqual([
      { registry: "docker.io", repository: "a/b", insecure: false },
    ]);
  });

  it("is not guessed from a file that cannot be read", async () => {
    await registriesConf("[[registry]\n");
    await expect(endpointsOf(parseReference("a:1"))).rejects.toThrow(/registries\.conf is not a registries\.conf/);
  });
});

describe("credentials", () => {
  const basic = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
  const of = (registry: string, repository: string) => credentialsFor({ registry, repository, insecure: false }, []);

  it("are those with the longest name, or those of the registry in any spelling", async () => {
    const auths = {
      "https://index.docker.io/v1/": basic("hub:1"),
      "r.test": basic("all:a:b"),
      "r.test/team": basic("team:2"),
      "token.test": { identitytoken: "t" },
      "other.test/team": basic("no:1"),
    };
    await writeFile(process.env.REGISTRY_AUTH_FILE ?? "", JSON.stringify({ auths }));
    expect(await of("docker.io", "library/python")).toEqual({ username: "hub", password: "1" });
    expect(await of("r.test", "x")).toEqual({ username: "all", password: "a:b" });
    expect(await of("r.test", "team/x")).toEqual({ username: "team", password: "2" });
    expect(await of("token.test", "x")).toEqual({ identityToken: "t" });
    expect(await of("other.test", "x")).toBeUndefined();
  });

  it("may come from a helper program", async () => {
    await workspace.program("docker-credential-test", 'read host; printf \'{"Username":"%s","Secret":"s"}\' "$host"');
    await writeFile(process.env.REGISTRY_AUTH_FILE ?? "", JSON.stringify({ credHelpers: { "r.test": "test" } }));
    expect(await of("r.test", "x")).toEqual({ username: "r.test", password: "s" });
  });
});

describe("a challenge of a server", () => {
  it("may be several challenges in one header", () => {
    expect(challengesOf('Basic realm="a, Bearer b", Bearer realm="https://t/",service=x , scope="a,b"')).toEqual([
      { scheme: "basic", parameters: { realm: "a, Bearer b" } },
      { scheme: "bearer", parameters: { realm: "https://t/", service: "x", scope: "a,b" } },
    ]);
    expect(challengesOf("Negotiate")).toEqual([]);
  });

  it.each([
    ["ENOTFOUND", "no such host"],
    ["ECONNREFUSED", "connection refused"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "x509: certificate signed by unknown authority"],
    ["SOMETHING_NEW", "message"],
  ])("%s", (code, reason) => {
    const error = Object.assign(new Error("message"), { code });
    expect(failureOfConnection(error)).toEqual({ problem: "unreachable", reason });
  });
});

it("a silent registry is given up after its time", async () => {
  const { store } = await workspace.session();
  const silent = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  const answer = new Availability(store, 100).ask("r.invalid", (signal) => silent(signal).catch(failureOfConnection));
  expect(await answer).toMatchObject({ reason: expect.stringContaining("no answer within") });
});
