import { describe, expect, test } from "vitest";
import { parsePrices } from "../../../src/context/prices.ts";
import { configOf } from "../support.ts";

const own = configOf('[cost]\ncurrency = "EUR"\ncpu-minute = 1').cost;

describe("a file of prices", () => {
  test.each([
    ["at its top", "cpu-minute = 0.02\ngpu-minute = 1.5"],
    ["in a table", "[cost]\ncpu-minute = 0.02\ngpu-minute = 1.5"],
  ])("with the keys %s takes the place of those of the project, and leaves the others", (_where, text) => {
    expect(parsePrices(own, "prices.toml", text)).toMatchObject({
      ...{ currency: "EUR", "cpu-minute": 0.02, "gpu-minute": 1.5, "transfer-gb": 0.09 },
    });
  });

  test.each([
    ["cpu-minute = -1", /^prices\.toml \(--prices\): cpu-minute: /],
    ["cpu-minute = nan", /cpu-minute: /],
    ["cpu-minute = inf", /cpu-minute: /],
    ["cpu-hour = 3", /cpu-hour: unknown key.*cpu-minute/],
    ['currency = "dollars"', /currency: expected the three letters/],
    ['gpu = "h200"', /gpu: expected a name in gpu-minute, which has t4, a100, h100/],
    ["", /it names no price/],
    ["cpu-minute", /prices\.toml \(--prices\), line 1/],
  ])("%j is refused with its key", (text, words) => {
    expect(() => parsePrices(own, "prices.toml", text)).toThrow(words);
  });
});
