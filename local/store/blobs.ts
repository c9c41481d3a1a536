import { hash } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { errorCode, isMissing, namesIn, renameInto, uniqueName } from "./files.ts";
import { hashFile, readSmall, smallFile } from "./hash.ts";

/** The modification time of folders and links in a checkout. It is constant, so that equal trees look equal. */
export const folderTime = new Date("2000-01-01T00:00:00Z");

/**
 * Gives the modification time of a blob in seconds. It is made from the content, so that equal files look equal, and
 * that programs which compare files by size and time (Python, mypy) notice other content.
 */
export const blobTime = (sha256: string): number =>
  folderTime.getTime() / 1000 + Number.parseInt(sha256.slice(0, 7), 16);

/** Equal content with other permissions is another blob. */
export const blobName = (sha256: string, mode: number): string => `${sha256}-${mode.toString(8)}`;

/** The contents of files, by their hash and mode. */
export class Blobs {
  readonly #folder: string;
  readonly #temporary: string;
  /** Blobs that end with this session, by name, and where they are. */
  readonly #passing = new Map<string, string>();
  /** How many bytes this session added. */
  added = 0;

  /** `temporary` is a folder of this session on the same file system. */
  constructor(folder: string, temporary: string) {
    this.#folder = folder;
    this.#temporary = temporary;
  }

  path(sha256: string, mode: number): string {
    const name = blobName(sha256, mode);
    return this.#passing.get(name) ?? join(this.#folder, sha256.slice(0, 2), name);
  }

  /** Keeps a blob that would end with this session. */
  keep(sha256: string, mode: number, size: number): void {
    const name = blobName(sha256, mode);
    const passing = this.#passing.get(name);
    if (passing === undefined) return;
    this.#passing.delete(name);
    renameInto(passing, this.path(sha256, mode));
    this.added += size;
  }

  /**
   * Says whether a blob with this mode is there, and makes it from another mode of the same content if it can. This
   * sets its access time, so that another session's prune sees that it is in use.
   */
  has(sha256: string, mode: number): boolean {
    const path = this.path(sha256, mode);
    if (this.#touch(sha256, path)) return true;
    const source = this.#inAnyMode(sha256);
    if (source === undefined) return false;
    const draft = join(this.#temporary, uniqueName());
    copyFileSync(source, draft, constants.COPYFILE_FICLONE);
    this.#finish(draft, sha256, mode, statSync(draft).size);
    return true;
  }

  /** A blob of this content, whatever its mode: a checkout may have any, such as 664 where a group writes. */
  #inAnyMode(sha256: string): string | undefined {
    const isOfContent = (name: string): boolean => name.startsWith(`${sha256}-`);
    for (const [name, path] of this.#passing) if (isOfContent(name)) return path;
    const folder = join(this.#folder, sha256.slice(0, 2));
    const name = namesIn(folder).find(isOfContent);
    return name === undefined ? undefined : join(folder, name);
  }

  #touch(sha256: string, path: string): boolean {
    try {
      utimesSync(path, new Date(), blobTime(sha256));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  putBytes(content: Uint8Array, mode: number): { readonly sha256: string; readonly size: number } {
    const sha256 = hash("sha256", content);
    if (!this.#touch(sha256, this.path(sha256, mode))) {
      const draft = join(this.#temporary, uniqueName());
      writeFileSync(draft, content);
      this.#finish(draft, sha256, mode, content.length);
    }
    return { sha256, size: content.length };
  }

  /** Puts a copy of a file of the host into the store. The copy is what gets hashed, so the file may change meanwhile. */
  putFile(file: string, stat: Pick<Stats, "size">, mode: number): string {
    if (stat.size <= smallFile) return this.putBytes(readSmall(file), mode).sha256;
    const copy = join(this.#temporary, uniqueName());
    copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    const sha256 = hashFile(copy, stat.size);
    if (this.#touch(sha256, this.path(sha256, mode))) unlinkSync(copy);
    else this.#finish(copy, sha256, mode, stat.size);
    return sha256;
  }

  /** Takes a file of this session, which ends with it unless `keep` is called. */
  lend(file: string, size: number, mode: number): string {
    const sha256 = hashFile(file, size);
    if (this.#touch(sha256, this.path(sha256, mode))) {
      unlinkSync(file);
      return sha256;
    }
    this.#settle(file, sha256, mode);
    this.#passing.set(blobName(sha256, mode), file);
    return sha256;
  }

  #settle(draft: string, sha256: string, mode: number): void {
    chmodSync(draft, mode);
    const time = blobTime(sha256);
    utimesSync(draft, time, time);
  }

  #finish(draft: string, sha256: string, mode: number, size: number): void {
    this.#settle(draft, sha256, mode);
    renameInto(draft, this.path(sha256, mode));
    this.added += size;
  }

  /** Links a blob to `target`, or copies it where the file system allows no further link. */
  link(sha256: string, mode: number, target: string): void {
    const source = this.path(sha256, mode);
    try {
      linkSync(source, target);
    } catch (error) {
      const code = errorCode(error);
      if (code === "EMLINK" || code === "EXDEV" || code === "EPERM") this.copy(sha256, mode, target);
      else if (code === "ENOENT" && this.has(sha256, mode)) linkSync(source, target);
      else if (code === "ENOENT") throw new Error(`The blob ${sha256} is not in the cache any more.`, { cause: error });
      else throw error;
    }
  }

  copy(sha256: string, mode: number, target: string): void {
    this.export(sha256, mode, target);
    const time = blobTime(sha256);
    utimesSync(target, time, time);
  }

  /** Copies a blob to a new file of the host. */
  export(sha256: string, mode: number, target: string): void {
    if (!this.has(sha256, mode)) throw new Error(`The blob ${sha256} is not in the cache any more.`);
    copyFileSync(this.path(sha256, mode), target, constants.COPYFILE_FICLONE);
    chmodSync(target, mode);
  }
}
