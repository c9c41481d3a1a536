import { hash } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { errorCode, isMissing, renameInto, uniqueName } from "./files.ts";
import { hashFile, readSmall, smallFile } from "./hash.ts";

/** The modification time of folders and links in a checkout: a constant, so that equal trees look equal. */
export const folderTime = new Date("2000-01-01T00:00:00Z");

/**
 * The modification time of a blob (seconds): made from its content, so that equal files look equal and programs that know
 * a file by size and time (Python's and mypy's caches) see that another content is another file.
 */
export const blobTime = (sha256: string): number =>
  folderTime.getTime() / 1000 + Number.parseInt(sha256.slice(0, 7), 16);

/** The contents of files, by hash and mode. */
export class Blobs {
  readonly #folder: string;
  readonly #temporary: string;
  /** Bytes that this session added. */
  added = 0;

  /** `temporary` is a folder of this session on the same file system. */
  constructor(folder: string, temporary: string) {
    this.#folder = folder;
    this.#temporary = temporary;
  }

  path(sha256: string, mode: number): string {
    return join(this.#folder, sha256.slice(0, 2), `${sha256}-${mode.toString(8)}`);
  }

  /**
   * Whether a blob is there with this mode; from another mode of the same content it is made. Its change time says since
   * when somebody uses it: a prune in another session leaves it alone.
   */
  has(sha256: string, mode: number): boolean {
    const path = this.path(sha256, mode);
    if (this.#touch(sha256, path)) return true;
    for (const other of [0o644, 0o755, 0o600, 0o700, 0o444, 0o555, 0o400]) {
      const source = this.path(sha256, other);
      if (other === mode || !existsSync(source)) continue;
      const draft = join(this.#temporary, uniqueName());
      copyFileSync(source, draft, constants.COPYFILE_FICLONE);
      this.#finish(draft, sha256, mode, statSync(draft).size);
      return true;
    }
    return false;
  }

  #touch(sha256: string, path: string): boolean {
    const time = blobTime(sha256);
    try {
      utimesSync(path, time, time);
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

  /** Puts a file of the host into the store, a copy unless it may be moved. What is hashed is what is kept, also when the file changes meanwhile. */
  putFile(file: string, stat: Pick<Stats, "size">, mode: number, move = false): string {
    if (stat.size <= smallFile) return this.putBytes(readSmall(file), mode).sha256;
    const copy = join(this.#temporary, uniqueName());
    if (move) renameSync(file, copy);
    else copyFileSync(file, copy, constants.COPYFILE_FICLONE);
    const sha256 = hashFile(copy, stat.size);
    if (this.#touch(sha256, this.path(sha256, mode))) unlinkSync(copy);
    else this.#finish(copy, sha256, mode, stat.size);
    return sha256;
  }

  #finish(draft: string, sha256: string, mode: number, size: number): void {
    chmodSync(draft, mode);
    const time = blobTime(sha256);
    utimesSync(draft, time, time);
    renameInto(draft, this.path(sha256, mode));
    this.added += size;
  }

  /** Makes a blob appear at `target` without copying, where the file system has links enough. */
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

  /** Copies a blob to the host, as a file that is new there. */
  export(sha256: string, mode: number, target: string): void {
    if (!this.has(sha256, mode)) throw new Error(`The blob ${sha256} is not in the cache any more.`);
    copyFileSync(this.path(sha256, mode), target, constants.COPYFILE_FICLONE);
    chmodSync(target, mode);
  }
}
