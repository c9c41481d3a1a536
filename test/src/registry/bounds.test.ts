import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { forEach, inTime, TOGETHER } from "../../../src/registry/bounds.ts";
import type { Repository } from "../../../src/registry/connection.ts";
import { descriptorOf, MANIFEST_TYPE } from "../../../src/registry/oci.ts";
import { parseReference } from "../../../src/registry/reference.ts";
import { attachedTo } from "../../../src/registry/referrers.ts";

/* What is attached is asked for within a time and a number, however many answers that takes. */

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SUBJECT = `sha256:${"a".repeat(64)}`;
const reference = parseReference("registry.test/model", "--image");
/** What comes of a work while a time goes by. */
const endOf = async (milliseconds: number, work: Promise<unknown>): Promise<unknown> => {
  const ended = work.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(milliseconds);
  return Promise.race([ended, Promise.resolve("goes on")]);
};

/** A registry whose every page comes in time, and names the next one. */
function endless(pause: number, entries: () => readonly unknown[]): Repository & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    ...{ reference, asked },
    ask: async (path) => {
      asked.push(path);
      await new Promise((resolve) => setTimeout(resolve, pause));
      const link = `</v2/model/referrers/${asked.length}>; rel="next"`;
      const answer = new Response(JSON.stringify({ manifests: entries() }), { headers: { link } });
      return Object.defineProperty(answer, "url", { value: "http://registry.test/v2/model/referrers/0" });
    },
  };
}

describe("a list", () => {
  test("whose pages go on for longer than anybody waits is left", async () => {
    const registry = endless(TOGETHER / 10, () => []);
    const listing = endOf(TOGETHER, attachedTo(registry, SUBJECT, []));
    expect(await listing).toMatchObject({
      name: "RegistryError",
      message: `registry.test takes longer than 120 s to give what is attached to ${SUBJECT}: it is too slow now, or never ends. Ask again later`,
    });
    const { length } = registry.asked;
    await vi.advanceTimersByTimeAsync(TOGETHER);
    expect(registry.asked).toHaveLength(length);
  });

  test("that is longer than anybody needs is left", async () => {
    const entries = Array.from({ length: 900 }, (_, index) => descriptorOf(MANIFEST_TYPE, Buffer.from(String(index))));
    const registry = endless(1, () => entries);
    expect(await endOf(TOGETHER / 2, attachedTo(registry, SUBJECT, []))).toMatchObject({
      message: `registry.test: more than 5,000 files are attached to ${SUBJECT}, and each may take another one back. Delete what nobody needs`,
    });
    expect(registry.asked.length).toBeLessThan(10);
  });
});

test("what an image has is read up to a size", async () => {
  const manifest = (index: number): Buffer =>
    Buffer.from(
      JSON.stringify({
        config: descriptorOf("x", Buffer.from("{}")),
        layers: [{ ...descriptorOf("x", Buffer.from(String(index))), size: 60_000_000 }],
        subject: { ...descriptorOf(MANIFEST_TYPE, Buffer.from("")), digest: SUBJECT },
      }),
    );
  const all = [1, 2, 3, 4, 5].map(manifest);
  const listed = JSON.stringify({ manifests: all.map((content) => descriptorOf(MANIFEST_TYPE, content)) });
  const registry: Repository = {
    reference,
    ask: async (path) => {
      const found = all.find((content) => path === `manifests/${descriptorOf(MANIFEST_TYPE, content).digest}`);
      if (path.startsWith("referrers/")) return new Response(listed);
      return new Response(found === undefined ? "" : Uint8Array.from(found), {
        status: found === undefined ? 404 : 200,
      });
    },
  };
  await expect(attachedTo(registry, SUBJECT, ["x"])).rejects.toThrow(
    `registry.test: what is attached to ${SUBJECT} is larger than 268 MB, which is all that is read.`,
  );
});

test("large files have the time of a slow line", async () => {
  const silent: Repository = { reference, ask: () => new Promise(() => {}) };
  const asking = (bytes: number): Promise<unknown> =>
    endOf(
      TOGETHER + 1_000,
      inTime(silent, { what: "it", bytes }, ({ ask }) => ask("x")),
    );
  expect(await asking(0)).toMatchObject({ message: expect.stringMatching(/^registry\.test takes longer than 120 s/) });
  expect(await asking(16_000_000)).toBe("goes on");
});

test("requests that go on are ended with the work that they are of", async () => {
  let signal: AbortSignal | undefined;
  const registry: Repository = {
    reference,
    ask: (_path, request) => {
      signal = request?.signal;
      return new Promise(() => {});
    },
  };
  expect(
    await endOf(
      TOGETHER,
      inTime(registry, { what: "it" }, ({ ask }) => ask("x")),
    ),
  ).toBeInstanceOf(Error);
  expect(signal?.aborted).toBe(true);
});

test("a registry is asked for some at once, and what it gives is in order", async () => {
  let [now, most] = [0, 0];
  const items = Array.from({ length: 20 }, (_, index) => index);
  const work = forEach(items, async (item) => {
    now += 1;
    most = Math.max(most, now);
    await new Promise((resolve) => setTimeout(resolve, 20 - item));
    now -= 1;
    return item;
  });
  expect(await endOf(1_000, work)).toEqual(items);
  expect(most).toBe(8);
});
