import { createHmac, randomBytes } from "node:crypto";
import { Lazy } from "../base/lazy.ts";
import { Scrubber } from "./scrub.ts";
import type { Secret } from "./values/secret.ts";

/** The secrets of a session. Their values are known here and to the processes that get them, nowhere else. */
export class Secrets {
  readonly #values = new Set<string>();
  readonly #sessionKey = randomBytes(32);
  readonly #storeKey: Lazy<string>;

  /**
   * `storeKey` is a random key that is kept with the cache. The identities of secrets are made with it and mean nothing
   * elsewhere.
   */
  constructor(storeKey: () => Promise<string>) {
    this.#storeKey = new Lazy(storeKey);
  }

  /** Makes a secret of a text. Results that depend on it are cached for this session only, as on the Dagger engine. */
  fromText(name: string, plaintext: string): Secret {
    this.#learn(plaintext);
    const identity = createHmac("sha256", this.#sessionKey).update(`text\0${name}\0${plaintext}`).digest("hex");
    return { name, uri: "", identity, plaintext: Lazy.of(plaintext) };
  }

  /**
   * Makes a secret whose value `read` fetches when a process needs it. Its URI, or `cacheKey`, stands for it in cache
   * keys.
   */
  async fromUri(uri: string, cacheKey: string | undefined, read: () => Promise<string>): Promise<Secret> {
    const key = await this.#storeKey.get();
    const identity = createHmac("sha256", key)
      .update(cacheKey === undefined ? `uri\0${uri}` : `key\0${cacheKey}`)
      .digest("hex");
    const plaintext = new Lazy(async () => {
      const value = await read();
      this.#learn(value);
      return value;
    });
    return { name: "", uri, identity, plaintext };
  }

  #learn(value: string): void {
    for (const text of [value, value.trim()]) if (text !== "") this.#values.add(text);
  }

  /** Gives a scrubber for one stream. It knows the secrets that are known now. */
  scrubber(): Scrubber {
    return new Scrubber([...this.#values]);
  }

  /** Replaces every secret that is known now by `***`. */
  scrub(text: string): string {
    if (this.#values.size === 0) return text;
    const scrubber = this.scrubber();
    return scrubber.push(Buffer.from(text)).toString() + scrubber.end().toString();
  }
}
