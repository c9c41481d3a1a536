import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { withMeanwhile } from "../../../src/stages/meanwhile.ts";

function preparation(ends: () => Promise<void> = async () => undefined) {
  const begun = { times: 0 };
  const prepare = async (): Promise<void> => {
    begun.times += 1;
    await ends();
  };
  return { begun, prepare };
}

test("prepares beside what takes a while", async () => {
  const { begun, prepare } = preparation();
  expect(await withMeanwhile(sleep(30, "model"), prepare, 1)).toBe("model");
  expect(begun.times).toBe(1);
});

test("prepares nothing for what was known already", async () => {
  const { begun, prepare } = preparation();
  expect(await withMeanwhile(Promise.resolve("model"), prepare, 5)).toBe("model");
  await sleep(20);
  expect(begun.times).toBe(0);
});

test("does not wait for the preparation, and its failure is no failure", async () => {
  const failing = preparation(() => Promise.reject(new Error("no network")));
  expect(await withMeanwhile(sleep(30, "model"), failing.prepare, 1)).toBe("model");
  const endless = preparation(() => new Promise(() => undefined));
  expect(await withMeanwhile(sleep(30, "model"), endless.prepare, 1)).toBe("model");
  expect([failing.begun.times, endless.begun.times]).toEqual([1, 1]);
});

test("fails as the training does, and then prepares nothing", async () => {
  const { begun, prepare } = preparation();
  await expect(withMeanwhile(Promise.reject(new Error("no data")), prepare, 5)).rejects.toThrow("no data");
  await sleep(20);
  expect(begun.times).toBe(0);
});
