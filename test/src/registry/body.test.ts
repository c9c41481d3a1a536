import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bytesOf, PATIENCE } from "../../../src/registry/body.ts";

/* What a registry sends is bounded in time and in size while it arrives. */

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const expected = { host: "registry.test", what: "the manifest", most: 1_000_000 };

/** An answer of parts, each so many milliseconds after the one before, and whether it was let go. */
function answerOf(parts: Iterable<Uint8Array | Error>, pause = 0): { answer: Response; isLeft: () => boolean } {
  const rest = parts[Symbol.iterator]();
  let isLeft = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
        const { done, value } = rest.next();
        if (isLeft) return;
        if (done === true) controller.close();
        else if (value instanceof Error) controller.error(value);
        else controller.enqueue(value);
      },
      cancel: () => {
        isLeft = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { answer: new Response(body), isLeft: () => isLeft };
}

function* endless(bytes: number): Generator<Uint8Array> {
  for (;;) yield new Uint8Array(bytes);
}

const read = async (answer: Response, milliseconds: number): Promise<Buffer | Error> => {
  const reading = bytesOf(answer, expected).catch((error: Error) => error);
  await vi.advanceTimersByTimeAsync(milliseconds);
  return reading;
};

test("what arrives in time is read, also where it takes long because it is much", async () => {
  expect(await read(answerOf([Buffer.from("one "), Buffer.from("two")], 1_000).answer, 10_000)).toEqual(
    Buffer.from("one two"),
  );
  const slow = Array.from({ length: 20 }, () => new Uint8Array(50_000));
  expect(await read(answerOf(slow, 5_000).answer, 200_000)).toHaveLength(1_000_000);
  expect(await bytesOf(new Response(null), expected)).toHaveLength(0);
});

test.each([
  ["one that drips without an end", endless(1), 2_000],
  ["one that says nothing any more", endless(1), 10 * PATIENCE],
])("%s is left", async (_what, parts, pause) => {
  const { answer, isLeft } = answerOf(parts, pause);
  expect(await read(answer, PATIENCE + 10)).toMatchObject({
    name: "RegistryError",
    message: "registry.test: the manifest arrives too slowly, or never ends",
  });
  expect(isLeft()).toBe(true);
});

test("one that is larger than it may be is left when that is seen", async () => {
  const { answer, isLeft } = answerOf(endless(400_000));
  expect(await read(answer, 10)).toMatchObject({
    name: "RegistryError",
    message: "registry.test: the manifest is larger than 1 MB, which is all that it may be",
  });
  expect(isLeft()).toBe(true);
});

test("a connection that ends too early is of the registry", async () => {
  const { answer } = answerOf([Buffer.from("half"), new TypeError("terminated")]);
  expect(await read(answer, 10)).toMatchObject({
    name: "RegistryError",
    message: "registry.test: the connection ended before all of the manifest was there",
  });
});
