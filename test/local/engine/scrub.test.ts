import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Scrubber } from "../../../local/engine/scrub.ts";

/** Feeds `text` to a scrubber in pieces and gives the result. */
function scrubbed(secrets: readonly string[], pieces: readonly string[]): string {
  const scrubber = new Scrubber(secrets);
  const chunks = pieces.map((piece) => scrubber.push(Buffer.from(piece)));
  return Buffer.concat([...chunks, scrubber.end()]).toString();
}

describe("Scrubber", () => {
  test("replaces a secret that is split over chunks", () => {
    expect(scrubbed(["s3cret"], ["a s3", "cr", "et b"])).toBe("a *** b");
  });

  test("passes on what only begins like a secret", () => {
    expect(scrubbed(["s3cret"], ["a s3c", "omma"])).toBe("a s3comma");
    expect(scrubbed(["s3cret"], ["a s3cre"])).toBe("a s3cre");
  });

  test("replaces the longer of two secrets that begin alike", () => {
    expect(scrubbed(["abc", "abcdef"], ["xabcdefx"])).toBe("x***x");
  });

  test("leaves text alone when there is no secret", () => {
    expect(scrubbed([], ["plain"])).toBe("plain");
  });

  test("gives the same result however the text is split", () => {
    const piece = fc.constantFrom("s", "3", "c", "ret", "s3cret", "other", " ");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const whole = scrubbed(["s3cret"], [pieces.join("")]);
        expect(scrubbed(["s3cret"], pieces)).toBe(whole);
        expect(whole).not.toContain("s3cret");
      }),
    );
  });
});
