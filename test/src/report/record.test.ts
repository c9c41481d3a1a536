import { expect, test } from "vitest";
import { recordSection } from "../../../src/report/page/record.ts";
import { report } from "../support.ts";

test.each([
  [{ epochs: 10, device: "cpu", reused: false }, "10 epochs on cpu"],
  [{ epochs: 1, device: "gpu", reused: false }, "1 epoch on gpu"],
  [{ device: "cpu", reused: false }, "<code>on cpu</code>"],
  [{ epochs: 10, device: "cpu", reused: true }, "an earlier model was used"],
])("training %j is recorded as %s", (training, text) => {
  expect(recordSection(report({ training })).text).toContain(text);
});
