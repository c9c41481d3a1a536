import { describe, expect, test } from "vitest";
import { type Candidate, match, versionFor } from "../../../src/store/which.ts";

const image = (letter: string): string => `registry.example/model:v1@sha256:${letter.repeat(64)}`;
const made = (data: string, source = "s"): Candidate["hashes"] => ({ source, data, model: "m" });
const candidate = (version: string, hashes: Candidate["hashes"], of?: string): Candidate => ({
  ...{ version, hashes, image: of },
});

const first = candidate("v1", made("d1"), image("a"));
const second = candidate("v2", made("d2"), image("b"));

describe("the version that an image serves", () => {
  test("is that of its data, where two have the same model", () => {
    for (const candidates of [
      [first, second],
      [second, first],
    ]) {
      expect(versionFor(candidates, { image: image("b"), hashes: made("d2") })).toBe(second);
      expect(versionFor(candidates, { image: image("a"), hashes: made("d1") })).toBe(first);
    }
  });

  test("is that of its source, where two have the same model and data", () => {
    const other = candidate("v3", made("d1", "other"));
    expect(versionFor([other, first], { image: image("c"), hashes: made("d1") })).toBe(first);
  });

  test("is told by the image, where nothing else tells it", () => {
    expect(versionFor([first, second], { image: image("b"), hashes: { model: "m" } })).toBe(second);
    // By another name, in another registry.
    const elsewhere = image("b").replace("registry.example", "mirror.example");
    expect(versionFor([first, second], { image: elsewhere, hashes: { model: "m" } })).toBe(second);
    const again = candidate("v3", made("d1"));
    expect(versionFor([again, first], { image: image("a"), hashes: made("d1") })).toBe(first);
  });

  test("is one of any image that is made of the same", () => {
    expect(versionFor([first, second], { image: image("c"), hashes: made("d2") })).toBe(second);
  });

  test("is none of another model, source or data, whatever the image says", () => {
    expect(versionFor([first], { image: image("a"), hashes: made("d2") })).toBeUndefined();
    expect(versionFor([first], { image: image("a"), hashes: { model: "other" } })).toBeUndefined();
    expect(versionFor([first], { image: image("a"), hashes: {} })).toBeUndefined();
  });

  test("is not guessed", () => {
    expect(versionFor([first, second], { image: image("c"), hashes: { model: "m" } })).toEqual([first, second]);
    expect(versionFor([first, second], { image: image("c"), hashes: { model: "m", data: "d2" } })).toBe(second);
    const again = candidate("v3", made("d1"));
    expect(versionFor([first, again], { image: image("c"), hashes: { model: "m" } })).toBe(first);
  });

  test("is not told by an image without a digest", () => {
    expect(match(candidate("v", made("d"), "model:v1"), { image: "model:v1", hashes: made("d") })).toBe("hashes");
  });
});
