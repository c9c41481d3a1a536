const limit = 1024 * 1024;

/**
 * Keeps the last megabyte of a stream. Chunks are copied into one buffer that is overwritten from the beginning when it is
 * full: a stream of any length leaves no garbage behind.
 */
export class Tail {
  #buffer = Buffer.alloc(0);
  /** How many bytes the stream has had so far. */
  #total = 0;

  add(chunk: Buffer): void {
    const skipped = Math.max(0, chunk.length - limit);
    this.#total += skipped;
    for (let from = skipped; from < chunk.length; ) {
      this.#makeRoom(chunk.length - from);
      const copied = chunk.copy(this.#buffer, this.#total % limit, from);
      from += copied;
      this.#total += copied;
    }
  }

  /** Gives what was kept, after a line that says how much is missing. */
  text(): string {
    if (this.#total <= limit) return this.#buffer.toString("utf8", 0, this.#total);
    const oldest = this.#total % limit;
    const text = Buffer.concat([this.#buffer.subarray(oldest), this.#buffer.subarray(0, oldest)]).toString();
    return `[the first ${this.#total - limit} bytes are left out]\n${text}`;
  }

  /** Grows the buffer by doubling, because most streams are short. */
  #makeRoom(length: number): void {
    const needed = Math.min(limit, this.#total + length);
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.alloc(Math.min(limit, Math.max(needed, 2 * this.#buffer.length)));
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }
}
