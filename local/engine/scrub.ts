const mask = Buffer.from("***");

/**
 * Replaces secrets in a stream of bytes by `***`. The end of a chunk that could be the beginning of a secret is held
 * back until the next chunk, so a secret that is split over chunks is found too.
 */
export class Scrubber {
  readonly #secrets: readonly Buffer[];
  readonly #longest: number;
  #held = Buffer.alloc(0);

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.map((secret) => Buffer.from(secret)).sort((a, b) => b.length - a.length);
    this.#longest = this.#secrets[0]?.length ?? 0;
  }

  push(chunk: Buffer): Buffer {
    if (this.#longest === 0) return chunk;
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const { clean, rest } = this.#replace(data);
    const keep = this.#unfinished(rest);
    this.#held = Buffer.from(rest.subarray(rest.length - keep));
    return Buffer.concat([...clean, rest.subarray(0, rest.length - keep)]);
  }

  end(): Buffer {
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    return held;
  }

  /** Replaces every complete secret. `rest` is what follows the last one. */
  #replace(data: Buffer): { clean: Buffer[]; rest: Buffer } {
    const clean: Buffer[] = [];
    let rest = data;
    for (;;) {
      let at = -1;
      let length = 0;
      for (const secret of this.#secrets) {
        const index = rest.indexOf(secret);
        if (index >= 0 && (at < 0 || index < at)) {
          at = index;
          length = secret.length;
        }
      }
      if (at < 0) return { clean, rest };
      clean.push(rest.subarray(0, at), mask);
      rest = rest.subarray(at + length);
    }
  }

  /** Counts the last bytes that could be the beginning of a secret. */
  #unfinished(data: Buffer): number {
    for (let length = Math.min(this.#longest - 1, data.length); length > 0; length--) {
      const tail = data.subarray(data.length - length);
      if (this.#secrets.some((secret) => secret.length > length && secret.subarray(0, length).equals(tail)))
        return length;
    }
    return 0;
  }
}
