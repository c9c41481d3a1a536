import { describe, expect, test } from "vitest";
import { canonical, keyOf } from "../../../local/base/hash.ts";
import { Lazy } from "../../../local/base/lazy.ts";
import { containerKey, serviceKeyParts } from "../../../local/engine/exec/key.ts";
import type { PreparedMount } from "../../../local/engine/exec/prepare.ts";
import { type Container, scratchContainer } from "../../../local/engine/values/container.ts";
import type { Secret } from "../../../local/engine/values/secret.ts";
import { treeOf } from "../../../local/store/tree.ts";

const secret: Secret = { name: "token", uri: "env://TOKEN", identity: "1d", plaintext: Lazy.of("pla1n") };
const service = { container: scratchContainer("linux/amd64"), args: ["serve"] };

const container: Container = {
  ...scratchContainer("linux/amd64"),
  config: {
    env: ["A=1"],
    workdir: "/work",
    user: "worker",
    entrypoint: ["sh"],
    cmd: ["-c"],
    labels: { a: "b" },
    exposedPorts: ["80/tcp"],
  },
  annotations: { note: "x" },
  secretVariables: [{ name: "TOKEN", secret }],
  volatile: { RUN: "1" },
  services: [{ alias: "db", service }],
  auth: [{ address: "r.test", username: "u", secret }],
  gpus: true,
};

const tree = new Lazy(() => Promise.resolve(treeOf([])));
const mounts: readonly PreparedMount[] = [
  {
    kind: "directory",
    mount: {
      kind: "directory",
      target: "/a",
      source: { tree, path: "/elsewhere" },
      owner: "",
      readOnly: true,
      written: Lazy.of(["w"]),
    },
    content: { digest: "sha256:d", path: async () => "/store" },
    written: ["w"],
  },
  {
    kind: "file",
    mount: {
      kind: "file",
      target: "/b",
      source: { name: "f", blob: Lazy.of({ sha256: "s", size: 1, mode: 0o644 }) },
      owner: "o",
    },
    blob: { sha256: "s", size: 1, mode: 0o644 },
  },
  { kind: "other", mount: { kind: "cache", target: "/c", key: "pip", sharing: "LOCKED", owner: "" } },
  { kind: "other", mount: { kind: "temp", target: "/d" } },
  { kind: "other", mount: { kind: "secret", target: "/e", secret, mode: 0o400, owner: "" } },
];

const key = (change: Partial<Container> = {}, other: readonly PreparedMount[] = mounts) =>
  canonical(
    containerKey({
      container: { ...container, ...change },
      root: { layers: ["l"] },
      mounts: other,
      services: [{ alias: "db", key: "k" }],
    }),
  );

describe("the key of a command's container", () => {
  test("is the same as in earlier versions, so that their caches are used", () => {
    expect(JSON.parse(key())).toEqual({
      root: ["l"],
      env: ["A=1"],
      workdir: "/work",
      user: "worker",
      mounts: [
        { kind: "directory", target: "/a", digest: "sha256:d", written: ["w"], owner: "", readOnly: true },
        { kind: "file", target: "/b", sha256: "s", mode: 0o644, owner: "o" },
        { kind: "cache", target: "/c", key: "pip", owner: "" },
        { kind: "temp", target: "/d" },
        { kind: "secret", target: "/e", identity: "1d", mode: 0o400, owner: "" },
      ],
      secrets: [{ name: "TOKEN", secret: "1d" }],
      services: [{ alias: "db", key: "k" }],
      gpus: true,
    });
  });

  test("does not depend on what no command sees", () => {
    const config = { ...container.config, labels: {}, cmd: [], exposedPorts: [] };
    expect(key({ config, annotations: {}, volatile: { RUN: "2" }, auth: [], pristine: false })).toBe(key());
  });

  test("depends on the size of a folder in memory, which a command may fill", () => {
    const sized = (size: number): PreparedMount[] => [{ kind: "other", mount: { kind: "temp", target: "/d", size } }];
    expect(key({}, sized(1000))).not.toBe(key({}, sized(2000)));
  });
});

describe("the key of a service", () => {
  const parts = (change: Partial<Container>) =>
    keyOf("service", serviceKeyParts({ container: { ...container, ...change }, args: ["serve"] }, "identity"));
  const port = { port: 80, protocol: "TCP", experimentalSkipHealthcheck: false } as const;

  test("is the same as in earlier versions, and has no descriptions of ports", () => {
    expect(
      canonical(serviceKeyParts({ container: { ...container, ports: [port] }, args: ["serve"] }, "identity")),
    ).toBe('{"args":["serve"],"identity":"identity","ports":[{"port":80,"protocol":"TCP"}]}');
    expect(parts({ ports: [{ ...port, description: "web" }] })).toBe(parts({ ports: [port] }));
  });

  test("depends on whether a port is waited for", () => {
    expect(parts({ ports: [{ ...port, experimentalSkipHealthcheck: true }] })).not.toBe(parts({ ports: [port] }));
  });
});
