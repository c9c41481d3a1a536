import { randomUUID } from "node:crypto";
import { chmod, lstat, mkdir, rm, writeFile } from "node:fs/promises";
import { runChild } from "./child.ts";

/** The entries of a layer of the store, as they are in a layer of an image. Names are bytes, kept as Latin-1 text. */
export interface LayerList {
  /** Relative paths of what the layer holds, sorted. A folder comes before its content. */
  readonly entries: readonly string[];
  /** Relative paths of the marks for what the layer removes: `.wh.NAME` and `.wh..wh..opq`. */
  readonly whiteouts: readonly string[];
}

/** Lists the upper directory of an overlay, where a device 0:0 or an attribute of a folder marks what is removed. */
export async function listLayer(folder: string): Promise<LayerList> {
  const found = await runChild("find", [".", "-mindepth", "1", "-printf", "%y%P\\0"], { cwd: folder });
  if (found.exitCode !== 0) throw new Error(`find cannot list ${folder}: ${found.stderr}`);
  const all = found.stdout.toString("latin1").split("\0").slice(0, -1);
  const entries: string[] = [];
  const whiteouts: string[] = [];
  const folders: string[] = [];
  for (const item of all) {
    const type = item[0];
    const path = item.slice(1);
    if (type === "s") continue;
    if (type === "c" && (await lstat(bytes(`${folder}/`, path))).rdev === 0) {
      whiteouts.push(whiteoutOf(path));
      continue;
    }
    if (type === "d") folders.push(path);
    entries.push(path);
  }
  const opaque = await opaqueFolders(folder, folders);
  whiteouts.push(...opaque.map((path) => `${path}/.wh..wh..opq`));
  return { entries: entries.sort(byBytes), whiteouts: whiteouts.sort(byBytes) };
}

/**
 * Makes the marks of a list as files below `scratch` while `use` runs. `use` gets the arguments with which tar packs
 * them. Marks come first because they apply to the layers below only, wherever they stand.
 */
export async function withWhiteouts<T>(
  list: LayerList,
  scratch: string,
  use: (tarArgs: readonly string[]) => Promise<T>,
): Promise<T> {
  if (list.whiteouts.length === 0) return use([]);
  const folder = `${scratch}/whiteouts-${randomUUID()}`;
  const names = `${folder}.names`;
  await mkdir(folder, { recursive: true });
  try {
    for (const path of list.whiteouts) {
      const full = bytes(`${folder}/`, path);
      await mkdir(full.subarray(0, full.lastIndexOf("/")), { recursive: true });
      await writeFile(full, "");
      await chmod(full, 0o600);
    }
    await writeFile(names, zeroEnded(list.whiteouts));
    return await use([`--directory=${folder}`, `--files-from=${names}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(names, { force: true });
  }
}

/** Encodes names for tar's standard input, each ended by a zero byte. */
export function zeroEnded(paths: readonly string[]): Buffer {
  return Buffer.from(paths.map((path) => `${path}\0`).join(""), "latin1");
}

function whiteoutOf(path: string): string {
  const at = path.lastIndexOf("/") + 1;
  return `${path.slice(0, at)}.wh.${path.slice(at)}`;
}

function bytes(prefix: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(prefix), Buffer.from(path, "latin1")]);
}

function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * Finds the folders that hide what lower layers have in them. Node cannot read extended attributes. tar can, and it
 * packs them before the header of each folder.
 */
async function opaqueFolders(root: string, folders: readonly string[]): Promise<readonly string[]> {
  if (folders.length === 0) return [];
  const attributes = ["--xattrs", "--xattrs-include=trusted.overlay.opaque", "--xattrs-include=user.overlay.opaque"];
  const names = [`--directory=${root}`, "--no-recursion", "--null", "--verbatim-files-from", "--files-from=-"];
  const packed = await runChild("tar", ["--create", "--format=posix", ...attributes, ...names], {
    input: zeroEnded([...folders].sort(byBytes)),
  });
  if (packed.exitCode !== 0) throw new Error(`tar cannot read the folders of ${root}: ${packed.stderr}`);
  return opaqueInArchive(packed.stdout);
}

const block = 512;
const opaqueKeys = ["SCHILY.xattr.trusted.overlay.opaque", "SCHILY.xattr.user.overlay.opaque"];

/** Reads an archive that only has folders, and gives those with the attribute. */
function opaqueInArchive(archive: Buffer): readonly string[] {
  const found: string[] = [];
  let extended = new Map<string, string>();
  for (let at = 0; at + block <= archive.length && archive[at] !== 0; ) {
    const header = archive.subarray(at, at + block);
    const size = Number.parseInt(text(header, 124, 12), 8) || 0;
    if (header[156] === 0x78) {
      extended = extendedRecords(archive.subarray(at + block, at + block + size).toString("latin1"));
    } else {
      if (opaqueKeys.some((key) => extended.get(key) === "y")) found.push(nameOf(header, extended));
      extended = new Map();
    }
    at += block + Math.ceil(size / block) * block;
  }
  return found;
}

/** Reads extended records. Each is `LENGTH KEY=VALUE` and a newline, and the length counts all of that. */
function extendedRecords(content: string): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length; ) {
    const length = Number.parseInt(content.slice(at), 10);
    if (!(length > 0)) break;
    const record = content.slice(content.indexOf(" ", at) + 1, at + length - 1);
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** Reads the name of an entry. One that fits is in the header, in two parts; another is in the record before it. */
function nameOf(header: Buffer, extended: ReadonlyMap<string, string>): string {
  const prefix = text(header, 345, 155);
  const short = prefix === "" ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`;
  return (extended.get("path") ?? short).replace(/\/$/, "");
}

function text(header: Buffer, from: number, length: number): string {
  const field = header.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString("latin1");
}
