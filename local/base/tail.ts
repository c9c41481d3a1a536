const limit = 1024 * 1024;

/** The last megabyte of a stream; memory stays below twice that however long the stream is. */
export class Tail {
  #chunks: Buffer[] = [];
  #kept = 0;
  #dropped = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    if (this.#kept > 2 * limit) this.#shorten();
  }

  /** The text, beginning with a line that says how much is missing when something is. */
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
