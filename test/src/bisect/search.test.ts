import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Found, firstBad, type Verdict } from "../../../src/bisect/search.ts";

/** Searches a history, and counts who was asked about. */
async function search(history: readonly Verdict[]): Promise<Found & { readonly asked: readonly number[] }> {
  const asked: number[] = [];
  const found = await firstBad(history.length, async (place) => {
    asked.push(place);
    return history[place] ?? "skipped";
  });
  return { ...found, asked };
}

const [good, bad, skipped] = ["good", "bad", "skipped"] as const;

describe("the first bad commit", () => {
  test("is found by halves", async () => {
    const found = await search([good, good, good, good, good, bad, bad, bad, bad, bad, bad, bad]);
    expect(found).toMatchObject({ good: 4, suspects: [5] });
    expect(found.asked.length).toBeLessThanOrEqual(4);
  });

  test("is the only one of a path of one, and nobody is asked", async () => {
    expect(await search([bad])).toEqual({ good: -1, suspects: [0], asked: [] });
  });

  test("is one of those that could not be tried, where they lie right before it", async () => {
    expect(await search([good, skipped, skipped, bad, bad])).toMatchObject({ good: 0, suspects: [1, 2, 3] });
    expect(await search([skipped, bad])).toMatchObject({ good: -1, suspects: [0, 1] });
  });

  test("is found beside any that cannot be tried, and none is asked about twice", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 30 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        async (first, works) => {
          const history = works.map((one, place): Verdict => (one ? (place < first ? good : bad) : skipped));
          // The last one is known to be bad.
          const path = [...history, bad];
          const { good: last, suspects, asked } = await search(path);
          expect(new Set(asked).size).toBe(asked.length);
          expect(last < 0 || path[last] === good).toBe(true);
          expect(path[suspects.at(-1) ?? -1]).toBe(bad);
          expect(suspects.slice(0, -1).every((place) => path[place] === skipped)).toBe(true);
          expect(suspects[0]).toBe(last + 1);
        },
      ),
    );
  });
});
