import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { hashDirectory } from "../../../local/store/hash.ts";
import { openStore } from "../../../local/store/store.ts";
import { find, subtree } from "../../../local/store/tree.ts";
import type { Store } from "../../../local/store/types.ts";
import { temporaryFolder } from "./support.ts";

const hostile = [
  "quote\"'",
  "line\nbreak",
  "$(touch x)",
  "ü 中",
  "-rf",
  "a\\b",
  " lead",
  "trail ",
  "*",
  "[x]",
  "#c",
  "%s",
];

let store: Store;
let source: string;

beforeEach(async () => {
  const folder = temporaryFolder();
  source = join(folder, "source");
  mkdirSync(source);
  const opened = await openStore({ path: join(folder, "cache"), limit: 1e9 });
  store = opened;
  onTestFinished(() => opened.close());
});

const put = (path: string, content = path): void => {
  mkdirSync(join(source, path, ".."), { recursive: true });
  writeFileSync(join(source, path), content);
};

describe("importDirectory", () => {
  it("leaves out the cache where it lies in the directory, also behind a link, and nothing else", async () => {
    put("src/a.py");
    put(".cache/pip/x");
    mkdirSync(join(source, ".cache/ml-pipeline"));
    execFileSync("mkfifo", [join(source, ".cache/ml-pipeline/pipe")]);
    symlinkSync(join(source, ".cache"), join(source, "../elsewhere"));
    for (const owned of [join(source, ".cache/ml-pipeline"), join(source, "../elsewhere/ml-pipeline")]) {
      const paths = (await hashDirectory(source, {}, { owned: [owned] })).entries.map(({ path }) => path);
      expect(paths).toEqual([".cache", ".cache/pip", ".cache/pip/x", "src", "src/a.py"]);
    }
    const whole = hashDirectory(source, {}, { owned: [join(source, "..")] });
    await expect(whole).rejects.toThrow("pipe is a named pipe");
  });

  it("refuses the kernel's files, and folders whose paths are too long", async () => {
    for (const path of ["/proc/self", "/sys/kernel"]) {
      await expect(hashDirectory(path)).rejects.toThrow(/is a part of the kernel's (proc|sysfs)/);
    }
    execFileSync(
      "sh",
      ["-c", 'i=0; while [ $i -lt 60 ]; do mkdir "$1"; cd -P "$1"; i=$((i + 1)); done', "sh", "d".repeat(100)],
      {
        cwd: source,
      },
    );
    await expect(hashDirectory(source)).rejects.toThrow(/nested too deep: no path may be longer than 4,096 bytes/);
    execFileSync("rm", ["-rf", source]);
  });

  it("is not exported where nothing can be written, nor below a file, and says so at once", async () => {
    put("file");
    const tree = await store.importDirectory(source);
    await expect(store.exportTree(tree, "/proc/none/of/this")).rejects.toThrow("/proc is a part of the kernel's proc");
    const below = join(source, "file/x/y");
    await expect(store.exportTree(tree, below)).rejects.toThrow(
      `${join(source, "file")} is a file, so there can be no`,
    );
    await expect(openStore({ path: "/sys/cache", limit: 1e9 })).rejects.toThrow("/sys is a part of the kernel's sysfs");
  });

  it("keeps names of any kind, modes and links, and lays them out and exports them again", async () => {
    for (const name of hostile) put(`d/${name}`, `content of ${name}`);
    chmodSync(join(source, "d/-rf"), 0o700);
    symlinkSync("nowhere/$(x)", join(source, "link"));
    mkdirSync(join(source, "empty"));
    put("private/key", "x");
    chmodSync(join(source, "private/key"), 0o4600);
    chmodSync(join(source, "private"), 0o500);
    const tree = await store.importDirectory(source);
    const target = join(source, "../out");
    await store.exportTree(tree, target);
    for (const place of [await store.checkout(tree), target]) {
      expect(readdirSync(join(place, "d")).sort()).toEqual([...hostile].sort());
      for (const name of hostile) expect(readFileSync(join(place, "d", name), "utf8")).toBe(`content of ${name}`);
      expect(statSync(join(place, "d/-rf")).mode & 0o777).toBe(0o700);
      expect(statSync(join(place, "private/key")).mode & 0o7777).toBe(0o600);
      expect(statSync(join(place, "private")).mode & 0o7777).toBe(0o500);
      expect(statSync(join(place, "d/*")).mode & 0o777).toBe(0o644);
      expect(lstatSync(join(place, "link")).isSymbolicLink()).toBe(true);
      expect(readdirSync(join(place, "empty"))).toEqual([]);
    }
    expect((await hashDirectory(target)).digest).toBe(tree.digest);
  });

  it("has the same times whenever it was written", async () => {
    put("a.py", "one");
    const first = await store.checkout(await store.importDirectory(source));
    const times = [statSync(first).mtimeMs, statSync(join(first, "a.py")).mtimeMs];
    utimesSync(join(source, "a.py"), new Date(), new Date());
    const again = await store.checkout(await store.importDirectory(source));
    expect([statSync(again).mtimeMs, statSync(join(again, "a.py")).mtimeMs]).toEqual(times);
    put("a.py", "two");
    const other = await store.checkout(await store.importDirectory(source));
    expect(statSync(join(other, "a.py")).mtimeMs).not.toBe(times[1]);
  });

  it("notices a change of the same size at the same time", async () => {
    put("a", "one");
    const time = new Date(1_500_000_000_000);
    utimesSync(join(source, "a"), time, time);
    const first = await store.importDirectory(source);
    put("a", "two");
    utimesSync(join(source, "a"), time, time);
    expect((await store.importDirectory(source)).digest).not.toBe(first.digest);
  });

  it("answers for unchanged files without reading them", async () => {
    put("a", "one");
    const options = { memoFolder: join(source, "../memo") };
    await new Promise((resolve) => setTimeout(resolve, 80));
    await hashDirectory(source, {}, options);
    const onFile = (path: string): string => {
      throw new Error(`read ${path}`);
    };
    expect((await hashDirectory(source, {}, { ...options, onFile })).entries).toHaveLength(1);
  });

  it("does not look into what is excluded", async () => {
    put("keep/a");
    put("data/secret");
    put("src/data/b");
    put("models/keep.txt");
    put("models/big.bin");
    chmodSync(join(source, "data"), 0);
    execFileSync("mkfifo", [join(source, "models/pipe")]);
    const tree = await store.importDirectory(source, { exclude: ["data", "models", "!models/keep.txt"] });
    expect(tree.entries.map((entry) => entry.path)).toEqual([
      "keep",
      "keep/a",
      "models",
      "models/keep.txt",
      "src",
      "src/data",
      "src/data/b",
    ]);
  });

  it("names what a tree cannot hold", async () => {
    execFileSync("mkfifo", [join(source, "pipe")]);
    await expect(store.importDirectory(source)).rejects.toThrow(`${source}/pipe is a named pipe`);
    await expect(store.importDirectory(join(source, "nope"))).rejects.toThrow(`There is no ${source}/nope.`);
    await expect(store.importDirectory(join(source, "pipe"))).rejects.toThrow("not a directory");
  });

  it("refuses a name that is not UTF-8, but accepts the replacement character", async () => {
    put("really \ufffd");
    expect((await store.importDirectory(source)).entries).toHaveLength(1);
    writeFileSync(Buffer.concat([Buffer.from(`${source}/`), Buffer.from([0x61, 0xff])]), "x");
    await expect(store.importDirectory(source)).rejects.toThrow("not UTF-8");
  });

  it("exports over what is there, through no link, and wipes only when asked to", async () => {
    put("d/file", "new");
    put("was-folder", "new");
    const tree = await store.importDirectory(source);
    const target = join(source, "../target");
    const elsewhere = join(source, "../elsewhere");
    mkdirSync(join(target, "was-folder/x"), { recursive: true });
    mkdirSync(elsewhere);
    symlinkSync(elsewhere, join(target, "d"));
    writeFileSync(join(target, "other"), "");
    await store.exportTree(tree, target);
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(readFileSync(join(target, "d/file"), "utf8")).toBe("new");
    expect(readdirSync(target).sort()).toEqual(["d", "other", "was-folder"]);
    await store.exportTree(subtree(tree, "d"), target, { wipe: true });
    expect(readdirSync(target)).toEqual(["file"]);
  });

  it("leaves a file and a folder as they are where the new one cannot be written", async () => {
    put("d/file", "new");
    const tree = await store.importDirectory(source);
    const target = join(source, "../target");
    mkdirSync(join(target, "d"), { recursive: true });
    writeFileSync(join(target, "d/file"), "old");
    chmodSync(join(target, "d"), 0o2755);
    const entry = find(tree, "d/file");
    if (entry?.type === "file") rmSync(store.blobPath(entry.sha256, entry.mode));
    await expect(store.exportTree(tree, target)).rejects.toThrow("not in the cache");
    expect(readdirSync(join(target, "d"))).toEqual(["file"]);
    expect(readFileSync(join(target, "d/file"), "utf8")).toBe("old");
    expect(statSync(join(target, "d")).mode & 0o7777).toBe(0o2755);
  });

  it.skipIf(process.getuid?.() !== 0)("leaves a file to its owner", async () => {
    put("file", "new");
    const tree = await store.importDirectory(source);
    const target = join(source, "../target");
    mkdirSync(target);
    writeFileSync(join(target, "file"), "old");
    chownSync(join(target, "file"), 1234, 4321);
    await store.exportTree(tree, target);
    expect(readFileSync(join(target, "file"), "utf8")).toBe("new");
    expect(statSync(join(target, "file"))).toMatchObject({ uid: 1234, gid: 4321 });
  });

  it("gives a file of its own name and mode", async () => {
    put("$(x).sh", "#!/bin/sh\n");
    const tree = await store.importFile(join(source, "$(x).sh"), "run me");
    const entry = find(tree, "run me");
    expect(entry).toMatchObject({ type: "file", size: 10, mode: 0o644 });
    if (entry?.type === "file") expect(statSync(store.blobPath(entry.sha256, 0o600)).mode & 0o777).toBe(0o600);
  });

  it("restores blobs that were removed meanwhile", async () => {
    put("a", "one");
    const tree = await store.importDirectory(source);
    rmSync(join(store.path, "blobs"), { recursive: true });
    rmSync(join(store.path, "trees"), { recursive: true });
    mkdirSync(join(store.path, "trees"));
    expect((await store.importDirectory(source)).digest).toBe(tree.digest);
    expect(readFileSync(join(await store.checkout(tree), "a"), "utf8")).toBe("one");
  });
});
