const limit = 1024 * 1024;

/**
 * Keeps the last megabyte of a stream. It is shortened at twice that size only, so that small chunks do not cost a copy
 * each.
 */
export class Tail {
  #chunks: Buffer[] = [];
  #kept = 0;
  #dropped = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    if (this.#kept > 2 * limit) this.#shorten();
  }

  /** Gives what was kept, after a line that says how much is missing. */
  text(): string {
    if (this.#kept > limit) this.#shorten();
    const text = Buffer.concat(this.#chunks).toString();
    return this.#dropped === 0 ? text : `[the first ${this.#dropped} bytes are left out]\n${text}`;
  }

  #shorten(): void {
    const all = Buffer.concat(this.#chunks);
    const tail = Buffer.from(all.subarray(all.length - limit));
    this.#dropped += all.length - limit;
    this.#chunks = [tail];
    this.#kept = limit;
  }
}
