import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOf } from "../../../src/cost/cost.ts";
import type { CostSettings } from "../../../src/cost/settings.ts";
import { guessesOf, money, partCells, totalText } from "../../../src/cost/words.ts";
import { configOf, userError } from "../support.ts";

const prices = (toml = ""): CostSettings => configOf(`[cost]\n${toml}`).cost;
const nothing = { moved: 0, kept: 0 };

describe("prices", () => {
  test("are there when nobody sets them", () => {
    expect(configOf("").cost).toMatchObject({ currency: "USD", "cpu-minute": 0.05 });
  });

  test.each([
    ["cpu-minute = -1", "cost.cpu-minute"],
    ["cpu-minute = nan", "cost.cpu-minute"],
    ["cpu-minute = inf", "cost.cpu-minute"],
    ['cpu-minute = "0.05"', "cost.cpu-minute"],
    ["gpu-minute = -0.1", "cost.gpu-minute"],
    ["gpu-minute = { a100 = -2 }", "cost.gpu-minute"],
    ["gpu-minute = {}", "cost.gpu-minute"],
    ['currency = "dollars"', "cost.currency"],
    ["cpu-minutes = 1", "cost.cpu-minutes: unknown key; did you mean cpu-minute?"],
    ['gpu = "v100"', 'cost.gpu: expected a name in gpu-minute, which has t4, a100, h100, got "v100"'],
  ])("are refused: %s", (toml, message) => {
    expect(userError(() => prices(toml))).toContain(message);
  });
});

describe("the cost of a run", () => {
  test("is the machine's time once, however many stages share it", () => {
    const stages = [
      { name: "lint", seconds: 60 },
      { name: "test unit", seconds: 60 },
      { name: "train", seconds: 120 },
    ];
    const cost = costOf({ seconds: 120, stages, ...nothing }, prices("cpu-minute = 1"));
    expect(cost.total).toBe(2);
    expect(cost.stages).toEqual([
      { name: "lint", cost: 0.5 },
      { name: "test unit", cost: 0.5 },
      { name: "train", cost: 1 },
    ]);
  });

  test("leaves the time between stages to none of them", () => {
    const cost = costOf(
      { seconds: 180, stages: [{ name: "train", seconds: 60 }], ...nothing },
      prices("cpu-minute = 1"),
    );
    expect(cost.total).toBe(3);
    expect(cost.stages).toEqual([{ name: "train", cost: 1 }]);
  });

  test("has the GPU beside the machine, by its type", () => {
    const stages = [{ name: "train", seconds: 120, usesGpu: true }];
    const named = 'gpu-minute = { t4 = 0.5, a100 = 2 }\ngpu = "t4"\ncpu-minute = 0.1';
    const cost = costOf({ seconds: 120, stages, ...nothing }, prices(named));
    expect(cost.total).toBeCloseTo(1.2);
    expect(cost.stages[0]?.cost).toBeCloseTo(1.2);
    expect(guessesOf(cost)).toEqual([]);
    expect(costOf({ seconds: 120, stages, ...nothing }, prices("gpu-minute = 4\ncpu-minute = 0")).total).toBe(8);
    expect(
      costOf({ seconds: 120, stages, ...nothing }, prices("gpu-minute = { x = 4 }\ncpu-minute = 0")).parts[1],
    ).toMatchObject({ price: 4, cost: 8 });
  });

  test("takes the dearest GPU where nobody names the type, and says so", () => {
    const stages = [{ name: "train", seconds: 60, usesGpu: true }];
    const cost = costOf({ seconds: 60, stages, ...nothing }, prices());
    expect(guessesOf(cost)).toEqual(["GPU: the price of h100: cost.gpu does not name the type"]);
    expect(totalText(cost, "USD")).toBe("3.05 USD*");
  });

  test("has what was moved and kept, as a bound", () => {
    const cost = costOf({ seconds: 60, stages: [], moved: 2e9, kept: 1e9 }, prices());
    expect(cost.parts.map((part) => partCells(part, "USD"))).toEqual([
      ["machine", "1.00 minute", "0.05 USD", "0.05 USD"],
      ["transfer*", "2.00 GB", "0.09 USD", "0.18 USD"],
      ["storage*", "1.00 GB-month", "0.023 USD", "0.023 USD"],
    ]);
  });

  test("is the sum of its stages and what belongs to none, whatever they took", () => {
    const stage = fc.record({
      name: fc.string(),
      seconds: fc.float({ min: 0, max: 1e5, noNaN: true }),
      usesGpu: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(stage), fc.float({ min: 0, max: 1e5, noNaN: true }), (stages, rest) => {
        const longest = Math.max(0, ...stages.map(({ seconds }) => seconds));
        const { total, stages: each } = costOf({ seconds: longest + rest, stages, ...nothing }, prices());
        const sum = each.reduce((all, { cost }) => all + cost, 0);
        expect(sum).toBeLessThanOrEqual(total * (1 + 1e-9) + 1e-12);
        expect(each.every(({ cost }) => cost >= 0)).toBe(true);
      }),
    );
  });
});

test.each([
  [0, "0.00 USD"],
  [0.00001, "under 0.0001 USD"],
  [0.00123, "0.0012 USD"],
  [0.0999, "0.1 USD"],
  [0.614, "0.61 USD"],
  [1234.5, "1234.50 USD"],
])("money is short: %d is %s", (amount, text) => {
  expect(money(amount, "USD")).toBe(text);
});
