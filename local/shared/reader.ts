import { messageOf } from "../base/errors.ts";
import { type Entry, type EntryKey, entryName, readEntry } from "./entry.ts";
import type { Verifier } from "./keys.ts";
import type { Place } from "./place.ts";

/**
 * Asks a place for entries, and believes those only that are signed. A place that does not answer is not asked again in
 * this session: its results are made here instead.
 */
export class Reader {
  readonly #place: Place;
  readonly #verifier: Verifier;
  readonly #warn: (text: string) => void;
  readonly #asked = new Map<string, Promise<Entry | undefined>>();
  #isSilent = false;
  #refused = 0;
  /** How many entries were found. */
  found = 0;

  constructor(place: Place, verifier: Verifier, warn: (text: string) => void) {
    this.#place = place;
    this.#verifier = verifier;
    this.#warn = warn;
  }

  /** Gives what is kept under a key. The answer of this session stays the same. */
  entry(key: EntryKey): Promise<Entry | undefined> {
    const name = entryName(key);
    const known = this.#asked.get(name) ?? this.#ask(name, key);
    this.#asked.set(name, known);
    return known;
  }

  async #ask(name: string, key: EntryKey): Promise<Entry | undefined> {
    if (this.#isSilent) return undefined;
    let text: string | undefined;
    try {
      text = await this.#place.entry(name);
    } catch (error) {
      if (!this.#isSilent) this.#warn(`the cache ${this.#place.name} is not used: ${messageOf(error)}`);
      this.#isSilent = true;
      return undefined;
    }
    if (text === undefined) return undefined;
    const entry = readEntry(text, key, this.#verifier);
    if (entry !== undefined) this.found += 1;
    else if (this.#refused++ === 0)
      this.#warn(
        `the cache ${this.#place.name} has results that nobody has signed who is trusted here, or that were changed; they ` +
          "are not used",
      );
    return entry;
  }
}
