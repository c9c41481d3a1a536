import { execFile } from "node:child_process";
import { lutimes, mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Container, type Directory, ImageLayerCompression } from "dagger-sdk";
import { toolVersions } from "../../../src/containers/settings.ts";
import { withTimes } from "../../../src/containers/times.ts";
import { fails, type Row } from "../row.ts";

const run = promisify(execFile);

interface Manifest {
  readonly config: { readonly digest: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Exports an image into a folder, and reads its manifest. */
async function manifestOf(container: Container, folder: string): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  await container.export(join(folder, "image.tar"));
  await run("tar", ["-xf", join(folder, "image.tar"), "-C", folder]);
  const read = async (path: string) => JSON.parse(await readFile(join(folder, path), "utf8"));
  const index = (await read("index.json")) as { manifests: { digest: string }[] };
  return (await read(`blobs/sha256/${index.manifests[0]?.digest.replace("sha256:", "")}`)) as Manifest;
}

/** Links as projects and models have them: to a file, to a folder, to nothing, and to something outside. */
const LINKS: Readonly<Record<string, string>> = {
  file: "d/a",
  folder: "d",
  nothing: "nowhere",
  outside: "/etc/passwd",
};

/** A folder with links, all of the same time. */
async function folderWithLinks(folder: string, seconds: number): Promise<void> {
  await mkdir(join(folder, "d"), { recursive: true });
  await writeFile(join(folder, "d/a"), "1");
  for (const [name, target] of Object.entries(LINKS)) {
    await symlink(target, join(folder, name));
    await lutimes(join(folder, name), seconds, seconds);
  }
}

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
      return (await manifestOf(container, folder)).annotations;
    },
    expect: { two: "2" },
  },
  {
    name: "links stay links, with the time of all else, and an image with them is the same whenever they were made",
    run: async (dag, { base, image, folder }) => {
      const settings = { pythonImage: image, cudaImage: "", packageIndex: "", tools: toolVersions([]) };
      const containers: Container[] = [];
      for (const seconds of [1_000_000_000, 1_100_000_000]) {
        const source = join(folder, String(seconds));
        await folderWithLinks(source, seconds);
        const files: Directory = dag
          .directory()
          .withDirectory("app", dag.host().directory(source), { permissions: 0o755 });
        containers.push(base.withDirectory("/", await withTimes({ settings, python: "3.11" }, files, 315_532_800)));
      }
      const ids: string[] = [];
      for (const [at, container] of containers.entries()) {
        ids.push((await manifestOf(container, join(folder, `image${at}`))).config.digest);
      }
      const listed = await containers[0]
        ?.withExec(["find", "/app", "-not", "-type", "f", "-printf", "%T@ %P %l\\n"])
        .stdout();
      const [...found] = (listed ?? "").matchAll(/^(\S+) (.*)$/gm);
      const links = found.map(([, , link = ""]) => link).filter((link) => !/^d? $/.test(link));
      return [ids[0] === ids[1], new Set(found.map(([, time]) => time)).size, links.sort()];
    },
    expect: [true, 1, Object.entries(LINKS).map((link) => link.join(" "))],
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
