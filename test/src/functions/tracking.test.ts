import { expect, test } from "vitest";
import { goesNowhere } from "../../../src/functions/tracking.ts";
import type { RunInputs } from "../../../src/stages/definition.ts";
import { trackModel } from "../../../src/stages/track.ts";

const scanned = (status: "passed" | "failed") => ({ stages: [{ name: "scan model", status, seconds: 1 }] });

test("a model goes to no server that was found to be harmful, or only shows that the project works", () => {
  expect(goesNowhere(scanned("passed"), {})).toBe(false);
  expect(goesNowhere({ stages: [] }, {})).toBe(false);
  expect(goesNowhere(scanned("failed"), {})).toBe(true);
  expect(goesNowhere(scanned("passed"), { profile: "quick" })).toBe(true);
});

test("no quick model becomes the challenger, before its gates or after them", () => {
  const inputs = (isQuick: boolean | undefined) =>
    ({ tracking: {}, training: { epochs: 1, isQuick } }) as unknown as RunInputs;
  expect([undefined, false, true].map((isQuick) => trackModel.when?.(inputs(isQuick)))).toEqual([true, true, false]);
  expect(trackModel.when?.({} as RunInputs)).toBe(false);
});
