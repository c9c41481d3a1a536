import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Lazy } from "../../../local/base/lazy.ts";
import { InFlight, Slots } from "../../../local/base/scheduler.ts";

describe("Slots", () => {
  test("runs all tasks, and never more at a time than there are slots", async () => {
    const slots = new Slots(2);
    let running = 0;
    let most = 0;
    const task = () =>
      slots.use(async () => {
        most = Math.max(most, ++running);
        await setTimeout(5);
        running--;
        return 1;
      });
    const results = await Promise.all([task(), task(), task(), task(), task()]);
    expect(results.length).toBe(5);
    expect(most).toBe(2);
  });

  test("a task that fails gives its slot back", async () => {
    const slots = new Slots(1);
    await expect(slots.use(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await slots.use(async () => "yes")).toBe("yes");
  });
});

describe("InFlight", () => {
  test("equal tasks run once while one is under way, and again afterwards", async () => {
    const inFlight = new InFlight();
    let count = 0;
    const task = async () => {
      await setTimeout(5);
      return ++count;
    };
    expect(await Promise.all([inFlight.once("a", task), inFlight.once("a", task), inFlight.once("b", task)])).toEqual([
      1, 1, 2,
    ]);
    expect(await inFlight.once("a", task)).toBe(3);
  });
});

describe("Lazy", () => {
  test("makes its value once, when it is asked for", async () => {
    let count = 0;
    const lazy = new Lazy(async () => ++count);
    expect(count).toBe(0);
    expect(await Promise.all([lazy.get(), lazy.get()])).toEqual([1, 1]);
  });

  test("forgets a failure", async () => {
    let count = 0;
    const lazy = new Lazy(async () => {
      if (++count === 1) throw new Error("first");
      return count;
    });
    await expect(lazy.get()).rejects.toThrow("first");
    expect(await lazy.get()).toBe(2);
  });
});
