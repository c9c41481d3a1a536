import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blobsOf, type Entry, entryName, readEntry, writeEntry } from "../../../local/shared/entry.ts";
import { newKey, signerOf, verifierOf } from "../../../local/shared/keys.ts";
import { sharedSettings } from "../../../local/shared/settings.ts";

const key = { kind: "exec", key: "k", scope: "x64" };
const entry: Entry = { ...key, value: { text: "ü" }, at: 1, layers: { a: { made: "m" } } };
const [own, other] = [newKey(), newKey()];
const signer = signerOf(own.signing);

describe("entries", () => {
  it("are read by whoever trusts the key", () => {
    const text = writeEntry(entry, signer);
    expect(readEntry(text, key, verifierOf([own.trust]))).toEqual(entry);
    expect(readEntry(text, key, verifierOf([`${other.trust}, ${own.trust}`]))).toEqual(entry);
    expect(readEntry(text, key, verifierOf([other.trust]))).toBeUndefined();
  });

  it("are for the key that was asked for", () => {
    const text = writeEntry(entry, signer);
    const verifier = verifierOf([own.trust]);
    for (const asked of [{ kind: "import" }, { key: "other" }, { scope: "arm64" }])
      expect(readEntry(text, { ...key, ...asked }, verifier)).toBeUndefined();
    expect(entryName({ ...key, key: "a" })).not.toBe(entryName({ ...key, key: "b" }));
  });

  it("are nothing when any of their text was changed", () => {
    const text = writeEntry(entry, signer);
    const verifier = verifierOf([own.trust]);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 3 }), (at, added) => {
        const changed = text.slice(0, at) + added + text.slice(at + added.length);
        fc.pre(changed !== text);
        const read = readEntry(changed, key, verifier);
        // The same JSON may be written in another way.
        if (read !== undefined) expect(read).toEqual(entry);
      }),
      { numRuns: 500 },
    );
    for (const wrong of ["", "{}", "null", '{"entry":1,"signature":""}', "[]"])
      expect(readEntry(wrong, key, verifier)).toBeUndefined();
  });

  it("name their contents, whoever signed them", () => {
    const blob = (letter: string) => ({ digest: `sha256:${letter.repeat(64)}`, size: 1 });
    const layers = { a: { made: "m", blob: blob("a") }, b: { made: "n" } };
    expect(blobsOf(writeEntry({ ...entry, layers, value: { blob: blob("c") } }, signer))).toEqual([
      blob("a").digest,
      blob("c").digest,
    ]);
    expect(blobsOf("damaged")).toEqual([]);
  });
});

describe("settings", () => {
  const place = { ML_PIPELINE_CACHE: "/cache" };
  it("need a key, and say where each belongs", () => {
    expect(sharedSettings({}, "/")).toBeUndefined();
    expect(() => sharedSettings(place, "/")).toThrow(/ML_PIPELINE_CACHE_TRUST.*ml-pipeline cache key/);
    expect(() => sharedSettings({ ...place, ML_PIPELINE_CACHE_KEY: own.trust }, "/")).toThrow("only reads");
    expect(() => sharedSettings({ ...place, ML_PIPELINE_CACHE_TRUST: own.signing }, "/")).toThrow("is a secret");
  });

  it("do not repeat what may be a secret", () => {
    const wrong = `${own.signing.slice(0, -4)}`;
    for (const env of [{ ML_PIPELINE_CACHE_KEY: wrong }, { ML_PIPELINE_CACHE_TRUST: own.signing }])
      try {
        sharedSettings({ ...place, ...env }, "/");
        expect.unreachable();
      } catch (error) {
        expect(String(error)).not.toContain(wrong);
      }
  });

  it("give with a key that signs, and only take without", () => {
    expect(sharedSettings({ ...place, ML_PIPELINE_CACHE_KEY: own.signing }, "/")?.signer?.trust).toBe(own.trust);
    expect(sharedSettings({ ...place, ML_PIPELINE_CACHE_TRUST: own.trust }, "/")?.signer).toBeUndefined();
  });
});
