/** How much of a process's output is kept, in bytes. */
const limit = 1 << 20;

/** The last megabyte of a stream. */
export class Tail {
  #chunks: Buffer[] = [];
  #kept = 0;
  #cut = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#kept += chunk.length;
    // Joined only now and then, so that many small chunks do not cost a copy each.
    if (this.#kept > 2 * limit) this.#trim();
  }

  #trim(): void {
    if (this.#kept <= limit) return;
    const all = Buffer.concat(this.#chunks);
    this.#cut += all.length - limit;
    this.#chunks = [Buffer.from(all.subarray(all.length - limit))];
    this.#kept = limit;
  }

  /** What was kept, preceded by a line that says how much is missing. */
  toString(): string {
    this.#trim();
    const text = Buffer.concat(this.#chunks).toString("utf8");
    return this.#cut === 0 ? text : `[the first ${this.#cut} bytes are left out]\n${text}`;
  }
}
