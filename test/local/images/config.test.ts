import { expect, it } from "vitest";
import { imageConfigOf, readConfigDocument, renderConfig } from "../../../local/images/config.ts";

const docker = JSON.stringify({
  architecture: "amd64",
  os: "linux",
  config: {
    Env: ["PATH=/usr/local/bin", "LANG=C.UTF-8"],
    Cmd: ["python3"],
    Entrypoint: null,
    WorkingDir: "",
    User: "65532",
    Labels: { b: "2", a: "1" },
    ExposedPorts: { "8080/tcp": {} },
    Healthcheck: { Test: ["CMD", "true"], Interval: 5_000_000_000, Retries: 3 },
    StopSignal: "SIGINT",
  },
  rootfs: { type: "layers", diff_ids: ["sha256:one"] },
  history: [{ created_by: "base" }, { created_by: "ENV", empty_layer: true }],
});

it("reads Docker's form of a configuration", () => {
  expect(imageConfigOf(readConfigDocument(docker))).toEqual({
    env: ["PATH=/usr/local/bin", "LANG=C.UTF-8"],
    workdir: "",
    user: "65532",
    entrypoint: [],
    cmd: ["python3"],
    labels: { a: "1", b: "2" },
    exposedPorts: ["8080/tcp"],
    healthcheck: { test: ["CMD", "true"], interval: 5_000_000_000, retries: 3 },
  });
});

it("reads an empty configuration", () => {
  expect(imageConfigOf(readConfigDocument("{}"))).toMatchObject({ env: [], user: "", entrypoint: [], cmd: [] });
});

it("adds layers to those of the base, and keeps unknown fields", () => {
  const base = readConfigDocument(docker);
  const config = { ...imageConfigOf(base), entrypoint: ["python", "-m", "src.serve"], labels: { z: "1", c: "2" } };
  const text = renderConfig(base, config, [{ diffId: "sha256:two", createdBy: "ml-pipeline" }], "1970-01-01T00:00:00Z");
  const document = readConfigDocument(text);
  expect(imageConfigOf(document)).toEqual(config);
  expect(document.rootfs?.diff_ids).toEqual(["sha256:one", "sha256:two"]);
  expect(document.history).toHaveLength(3);
  expect(document.config).toMatchObject({ StopSignal: "SIGINT" });
  expect(document.created).toBe("1970-01-01T00:00:00Z");
  expect(Object.keys(document.config?.Labels ?? {})).toEqual(["c", "z"]);
});
