import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { extractLayer } from "../../../local/images/extract.ts";
import { mergeLayer } from "../../../local/images/merge.ts";
import { listing, Workspace } from "./support.ts";

let workspace: Workspace;
let target: string;
let layer: string;
let outside: string;
beforeEach(async () => {
  workspace = await Workspace.open();
  [target, layer, outside] = [
    join(workspace.folder, "target"),
    join(workspace.folder, "layer"),
    join(workspace.folder, "outside"),
  ];
  for (const folder of [target, layer, outside]) await mkdir(folder);
  await writeFile(join(outside, "precious"), "precious");
});
afterEach(async () => workspace.close());

interface Entry {
  readonly name: string;
  readonly type: "0" | "1" | "2" | "3" | "5";
  readonly link?: string;
  readonly content?: string;
}

/** Makes an archive that no ordinary tar would write. */
async function archiveOf(entries: readonly Entry[]): Promise<string> {
  const blocks = entries.map(({ name, type, link = "", content = "" }) => {
    const header = Buffer.alloc(512);
    const field = (text: string, at: number): void => void header.write(text, at, "latin1");
    field(name, 0);
    field(`0000755\0${"0000000\0".repeat(2)}`, 100);
    field(`${content.length.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0        ${type}${link}`, 124);
    field("ustar\u000000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    field(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return Buffer.concat([header, Buffer.from(content.padEnd(Math.ceil(content.length / 512) * 512, "\0"))]);
  });
  const path = join(workspace.folder, "layer.tar");
  await writeFile(path, Buffer.concat([...blocks, Buffer.alloc(1024)]));
  return path;
}

const apply = async (entries: readonly Entry[]): Promise<void> => {
  const folder = join(workspace.folder, `layer-${Math.random()}`);
  await mkdir(folder);
  await extractLayer(await archiveOf(entries), "uncompressed", folder);
  await mergeLayer(Buffer.from(folder), Buffer.from(target));
};

describe("a layer that tries to leave its folder", () => {
  it.each<[string, readonly Entry[]]>([
    ["by ..", [{ name: "../outside/evil", type: "0", content: "x" }]],
    ["by an absolute name", [{ name: "OUTSIDE/evil", type: "0", content: "x" }]],
    [
      "by a link of its own",
      [
        { name: "way", type: "2", link: "OUTSIDE" },
        { name: "way/evil", type: "0", content: "x" },
      ],
    ],
    [
      "by a hard link",
      [
        { name: "mine", type: "1", link: "OUTSIDE/precious" },
        { name: "mine", type: "0", content: "x" },
      ],
    ],
  ])("%s, changes nothing there", async (_how, entries) => {
    const here = entries.map((entry) => ({
      ...entry,
      name: entry.name.replace("OUTSIDE", outside),
      ...(entry.link === undefined ? {} : { link: entry.link.replace("OUTSIDE", outside) }),
    }));
    await apply(here).catch(() => undefined);
    expect(existsSync(join(outside, "evil"))).toBe(false);
    expect(execFileSync("cat", [join(outside, "precious")], { encoding: "utf8" })).toBe("precious");
  });

  it("by a link of the layer below, replaces that link", async () => {
    await apply([{ name: "way", type: "2", link: outside }]);
    await apply([{ name: "way/evil", type: "0", content: "x" }]);
    expect(listing(outside)).toEqual(["f 644 0:0 precious = precious"]);
    expect(listing(target)).toEqual(["d 755 0:0 way", "f 755 0:0 way/evil = x"]);
  });

  it("by a whiteout, removes nothing there", async () => {
    await symlink(outside, join(target, "way"));
    await apply([{ name: "way/.wh.precious", type: "0" }]);
    await apply([{ name: ".wh..", type: "0" }]);
    await apply([{ name: ".wh...", type: "0" }]);
    expect(existsSync(join(outside, "precious"))).toBe(true);
  });
});

describe("layers on each other", () => {
  it("replace folders by files and files by folders, and keep what they do not name", async () => {
    await apply([
      { name: "a/", type: "5" },
      { name: "a/x", type: "0", content: "x" },
      { name: "b", type: "0", content: "b" },
      { name: "c/", type: "5" },
      { name: "c/kept", type: "0", content: "kept" },
    ]);
    await apply([
      { name: "a", type: "0", content: "a" },
      { name: "b/", type: "5" },
      { name: "b/y", type: "0", content: "y" },
      { name: "c/", type: "5" },
      { name: "c/added", type: "0", content: "added" },
    ]);
    expect(listing(target)).toEqual([
      "d 755 0:0 b",
      "d 755 0:0 c",
      "f 755 0:0 a = a",
      "f 755 0:0 b/y = y",
      "f 755 0:0 c/added = added",
      "f 755 0:0 c/kept = kept",
    ]);
  });

  it("hide only what is below them, in whatever order they name it", async () => {
    await apply([
      { name: "d/old", type: "0", content: "old" },
      { name: "e", type: "0", content: "old" },
    ]);
    await apply([
      { name: "d/new", type: "0", content: "new" },
      { name: "d/.wh..wh..opq", type: "0" },
      { name: "e", type: "0", content: "new" },
      { name: ".wh.e", type: "0" },
      { name: "fresh/.wh.nothing", type: "0" },
    ]);
    expect(listing(target)).toEqual(["d 755 0:0 d", "d 755 0:0 fresh", "f 755 0:0 d/new = new", "f 755 0:0 e = new"]);
  });

  it("leave /dev to the sandbox", async () => {
    await apply([
      { name: "dev/", type: "5" },
      { name: "dev/null", type: "3" },
      { name: "./dev/zero", type: "3" },
    ]);
    expect(listing(target)).toEqual(["d 755 0:0 dev"]);
  });
});

it("says so when a layer is no archive", async () => {
  await writeFile(join(workspace.folder, "broken"), "not an archive at all, but long enough to be looked at");
  await expect(extractLayer(join(workspace.folder, "broken"), "uncompressed", layer)).rejects.toThrow(
    "tar cannot unpack",
  );
  await expect(extractLayer(join(workspace.folder, "broken"), "gzip", layer)).rejects.toThrow();
});
