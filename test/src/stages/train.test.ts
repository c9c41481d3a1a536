import { expect, test } from "vitest";
import { checkEpochs } from "../../../src/stages/train.ts";
import { userError } from "../support.ts";

test.each([0, -1, 1.5, Number.NaN])("%d epochs train nothing", (epochs) => {
  expect(userError(() => checkEpochs(epochs))).toBe(
    `--epochs=${epochs}: expected a whole number of at least 1, since nothing is trained otherwise.`,
  );
});

test("one epoch is enough", () => expect(() => checkEpochs(1)).not.toThrow());
