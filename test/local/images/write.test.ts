import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Compression } from "../../../local/images/types.ts";
import { startRegistry, type TestRegistry } from "../../support/registry.ts";
import { emptyConfig, layerOf, listing, Workspace } from "./support.ts";

const below = `
  umask 022
  mkdir -p etc app/old/deep gone bin replaced "sp ace"
  echo one > app/kept; echo two > app/removed; echo three > app/old/x; echo four > app/old/deep/y
  echo five > gone/file; echo six > replaced/file; ln -s /etc/passwd bin/link; ln app/kept app/hard
  echo seven > 'sp ace/$(touch x) "ü
newline'; echo eight > long-$(head -c 200 /dev/zero | tr '\\0' n); chmod 4755 app/kept; chown 1234:4321 etc`;

// The marks of an overlay: devices 0:0 and an attribute.
const above = `
  umask 022
  mkdir -p app/old
  mknod app/removed c 0 0; mknod gone c 0 0; echo new > app/old/z; echo now-a-file > replaced
  python3 -c 'import os; os.setxattr("app/old", "trusted.overlay.opaque", b"y")'
  mkdir bin; ln -s other bin/link
`;

const merged = [
  "d 755 0:0 app",
  "d 755 0:0 app/old",
  "d 755 0:0 bin",
  "d 755 0:0 sp ace",
  "d 755 1234:4321 etc",
  "f 4755 0:0 app/hard = one",
  "f 4755 0:0 app/kept = one",
  "f 644 0:0 app/old/z = new",
  "f 644 0:0 replaced = now-a-file",
  "l 777 0:0 bin/link -> other",
];

let workspace: Workspace;
let registry: TestRegistry;
beforeAll(async () => {
  workspace = await Workspace.open();
  registry = await startRegistry();
});
afterAll(async () => {
  await registry.close();
  await workspace.close();
});

describe.each<Compression>(["uncompressed", "gzip", "zstd"])("%s layers", (compression) => {
  it("are the same when they are pulled again, removals included", async () => {
    const { store, images } = await workspace.session();
    const layers = [await layerOf(store, "below", below), await layerOf(store, "above", above)];
    const config = {
      ...emptyConfig,
      env: ["A=b"],
      user: "1000",
      healthcheck: { test: ["CMD", "true"], interval: 5e9 },
    };
    const written = await images.write({ layers, config, annotations: { note: "x" } }, compression);
    const address = `${registry.address}/round/trip:${compression}`;
    expect(await images.publish(written, address, [])).toBe(`${address}@${written.digest}`);

    const other = await workspace.session(`fresh-${compression}`);
    const resolved = await other.images.resolve(address, []);
    expect(resolved).toEqual({ reference: address, digest: written.digest, origin: "registry", config });
    const snapshot = await other.images.unpack(resolved, []);
    expect(snapshot.layers).toHaveLength(1);
    const folder = await other.store.layerPath(snapshot.layers[0] ?? "");
    const found = listing(folder);
    expect(found).toEqual(expect.arrayContaining(merged));
    expect(found.join("\n")).toContain('$(touch x) "ü');
    expect(found.join("\n")).not.toMatch(/\.wh\.|removed|gone|deep/);
    expect(statSync(join(folder, "app/kept")).ino).toBe(statSync(join(folder, "app/hard")).ino);
    expect(statSync(join(folder, "app/kept")).mtimeMs).toBe(0);

    // A second image on this base uses the same blobs of the base.
    const top = await layerOf(other.store, "top", "echo top > top");
    const second = await other.images.write({ base: resolved, layers: [top], config, annotations: {} }, compression);
    const layersOf = async (image: typeof written): Promise<{ digest: string }[]> =>
      JSON.parse(await readFile(join(image.layout, "../blobs/sha256", image.digest.slice(7)), "utf8")).layers;
    const [before, after] = [await layersOf(written), await layersOf(second)];
    expect(after.slice(0, -1)).toEqual(before);
  });
});

it("writes the same bytes on another day, on another machine", async () => {
  const make = async (name: string, touch: string) => {
    const { store, images } = await workspace.session(name);
    const layers = [await layerOf(store, "one", `${below}\n${touch}`), await layerOf(store, "two", above)];
    return images.write({ layers, config: { ...emptyConfig, labels: { b: "1", a: "2" } }, annotations: {} }, "gzip");
  };
  const first = await make("machine-1", "true");
  const second = await make("machine-2", "find . -exec touch -h -d 2001-01-01 {} +; mkdir zz; rmdir zz");
  expect(second.id).toBe(first.id);
  expect(second.digest).toBe(first.digest);
});

it("has the same id for any compression, and no layer for what changed nothing", async () => {
  const { store, images } = await workspace.session();
  const layers = [await layerOf(store, "some", "echo some > some"), await layerOf(store, "nothing", "true")];
  const spec = { layers, config: emptyConfig, annotations: {} };
  const [plain, packed] = [await images.write(spec, "uncompressed"), await images.write(spec, "zstd")];
  expect(packed.id).toBe(plain.id);
  expect(packed.digest).not.toBe(plain.digest);
  const document = JSON.parse(await readFile(join(plain.layout, "../blobs/sha256", plain.id.slice(7)), "utf8"));
  expect(document.rootfs.diff_ids).toHaveLength(1);
  expect(document.created).toBe("1970-01-01T00:00:00Z");
});

it("is not moved away from a reader when another process writes the same image", async () => {
  const sessions = await Promise.all(Array.from({ length: 6 }, () => workspace.session("shared")));
  const specs = await Promise.all(
    sessions.map(async ({ store }) => ({
      layers: [await layerOf(store, "same", "head -c 3000000 /dev/zero > zeros")],
      config: emptyConfig,
      annotations: {},
    })),
  );
  // The folder that the first writer gives is the one that a reader opens: it must be the same one after the last.
  const seen = await Promise.all(
    sessions.map(async ({ images }, index) => {
      const { layout } = await images.write(
        specs[index] ?? { layers: [], config: emptyConfig, annotations: {} },
        "gzip",
      );
      return { layout, inode: statSync(layout).ino };
    }),
  );
  expect(new Set(seen.map(({ layout }) => layout)).size).toBe(1);
  expect(new Set(seen.map(({ inode }) => inode)).size).toBe(1);
});

it("has the time that it is given", async () => {
  const { store, images } = await workspace.session("cache", { sourceDateEpoch: 1_700_000_000 });
  const written = await images.write(
    { layers: [await layerOf(store, "timed", "echo x > x")], config: emptyConfig, annotations: {} },
    "uncompressed",
  );
  const path = (digest: string): string => join(written.layout, "../blobs/sha256", digest.slice(7));
  expect(JSON.parse(await readFile(path(written.id), "utf8")).created).toBe("2023-11-14T22:13:20Z");
  const { layers } = JSON.parse(await readFile(path(written.digest), "utf8"));
  const names = execFileSync("tar", ["--utc", "-tvf", path(layers[0].digest)], { encoding: "utf8" });
  expect(names).toContain("2023-11-14 22:13");
});

it("makes an archive that can be read as OCI and as docker archive", async () => {
  const { store, images } = await workspace.session();
  const layers = [await layerOf(store, "for archive", below), await layerOf(store, "for archive 2", above)];
  const written = await images.write({ layers, config: { ...emptyConfig, cmd: ["x"] }, annotations: {} }, "gzip");
  const [one, two] = [join(workspace.folder, "new", "image.tar"), join(workspace.folder, "two:colon.tar")];
  await images.archive(written, one);
  await images.archive(written, two);
  expect((await readFile(one)).equals(await readFile(two))).toBe(true);
  const configOf = (transport: string): unknown =>
    JSON.parse(
      execFileSync("skopeo", ["--insecure-policy", "inspect", "--config", `${transport}:${one}`], { encoding: "utf8" }),
    );
  expect(configOf("oci-archive")).toMatchObject({ config: { Cmd: ["x"] } });
  expect(configOf("docker-archive")).toMatchObject({ config: { Cmd: ["x"] } });
});
