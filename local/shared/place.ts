/** Content of any size, by what it is. */
export interface Blob {
  /** `sha256:…` of its bytes. */
  readonly digest: string;
  readonly size: number;
}

/** Somewhere that several machines keep results in. It is not trusted: entries are signed, and blobs are named by content. */
export interface Place {
  /** As a person gave it. */
  readonly name: string;
  /** Gives the text of an entry. Undefined when there is none. */
  entry(name: string): Promise<string | undefined>;
  /** Puts an entry, over one of the same name. `blobs` are those that it names: they must not be removed before it. */
  putEntry(name: string, text: string, blobs: readonly Blob[]): Promise<void>;
  hasBlob(blob: Blob): Promise<boolean>;
  /** Puts the content of a file, whose digest the caller knows. */
  putBlob(blob: Blob, file: string): Promise<void>;
  /**
   * Writes a blob to a file.
   * | @throws Error when it is not there. Whether it is the right content is for the caller to say
   */
  takeBlob(blob: Blob, file: string): Promise<void>;
  /** Removes what was not used since a time, and then what was used longest ago until at most `keepBytes` remain. */
  prune(limits: Limits): Promise<Pruned>;
}

export interface Limits {
  /** Milliseconds since the epoch. */
  readonly before: number;
  readonly keepBytes: number;
}

/** What a shared cache keeps where nobody says otherwise: bytes, and milliseconds since a result was used. */
export const defaultKeep = 10e9;
export const defaultUnused = 30 * 24 * 60 * 60 * 1000;

export interface Pruned {
  readonly entries: number;
  readonly freedBytes: number;
  readonly leftBytes: number;
}
