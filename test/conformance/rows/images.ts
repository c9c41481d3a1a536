import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ImageLayerCompression } from "dagger-sdk";
import { fails, type Row } from "../row.ts";

const run = promisify(execFile);

/** Containers as images. */
export const images: readonly Row[] = [
  {
    name: "an image is written as an OCI archive",
    run: async (_dag, { base, folder }) => {
      await base.withNewFile("/app/exported", "1").withLabel("who", "me").export(join(folder, "image.tar"));
      const { stdout } = await run("tar", ["-tf", join(folder, "image.tar")]);
      return ["index.json", "oci-layout"].every((name) => stdout.split("\n").includes(name));
    },
    expect: true,
  },
  {
    name: "the archive can be used like any file",
    run: async (_dag, { base, folder }) => {
      const tarball = base
        .withNewFile("/app/tarball", "1")
        .asTarball({ forcedCompression: ImageLayerCompression.Uncompressed });
      await tarball.export(join(folder, "image.tar"));
      return (await stat(join(folder, "image.tar"))).size === (await tarball.size());
    },
    expect: true,
  },
  {
    name: "an image is pushed, and can be started from",
    run: async (dag, { base, registry }) => {
      const image = await base
        .withNewFile("/app/a", "pushed")
        .withEnvVariable("A", "1")
        .withEntrypoint(["cat"])
        .withDefaultArgs(["/app/a"])
        .withLabel("who", "me")
        .publish(`${registry}/conformance/app:v1`);
      const pulled = dag.container().from(image);
      return [
        image.replace(/[0-9a-f]{64}$/, "…"),
        await pulled.withExec([], { useEntrypoint: true }).stdout(),
        await pulled.envVariable("A"),
        await pulled.label("who"),
      ];
    },
    needsRegistry: true,
    expect: (registry: string) => [`${registry}/conformance/app:v1@sha256:…`, "pushed", "1", "me"],
  },
  {
    name: "the same container pushes the same image",
    run: async (_dag, { base, registry }) => {
      const push = (tag: string) => base.withNewFile("/same", "1").publish(`${registry}/conformance/same:${tag}`);
      const digests = [await push("a"), await push("b")].map((reference) => reference.split("@")[1]);
      return digests[0] === digests[1];
    },
    needsRegistry: true,
    expect: true,
  },
  {
    name: "an image that does not exist is an error that names it",
    run: (dag, { registry }) => dag.container().from(`${registry}/conformance/nope:v1`).withExec(["true"]).sync(),
    needsRegistry: true,
    expect: fails(/conformance\/nope/),
  },
  {
    name: "annotations are written into the image's manifest",
    run: async (_dag, { base, folder }) => {
      const container = base.withAnnotation("one", "1").withAnnotation("two", "2").withoutAnnotation("one");
      await container.export(join(folder, "image.tar"));
      await run("tar", ["-xf", join(folder, "image.tar"), "-C", folder]);
      const read = async (path: string) => JSON.parse(await readFile(join(folder, path), "utf8"));
      const index = (await read("index.json")) as { manifests: { digest: string }[] };
      const digest = index.manifests[0]?.digest.replace("sha256:", "") ?? "";
      const manifest = (await read(`blobs/sha256/${digest}`)) as { annotations?: Record<string, string> };
      return manifest.annotations;
    },
    expect: { two: "2" },
  },
  {
    name: "credentials for a registry are added and removed",
    run: async (dag, { base, registry }) => {
      const password = dag.setSecret("registry", "p4ssw0rd-of-nobody");
      const container = base.withNewFile("/auth", "1").withRegistryAuth("registry.example", "user", password);
      const image = await container.withoutRegistryAuth("registry.example").publish(`${registry}/conformance/auth:v1`);
      return image.includes("@sha256:");
    },
    needsRegistry: true,
    expect: true,
  },
];
