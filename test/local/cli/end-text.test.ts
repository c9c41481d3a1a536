import { expect, test } from "vitest";
import { endText } from "../../../local/cli/call/end-text.ts";
import { ProgressTracker } from "../../../local/runner/progress-tracker.ts";

const summary = "3 ran, 2 cached";

test("a call that ended well has a tick, and nothing where nothing is to be shown", () => {
  expect(endText("plain", "run report export  1.0s", { summary, warnings: [] })).toBe(
    "✓ run report export  1.0s (3 ran, 2 cached)\n",
  );
  expect(endText("quiet", "run report export  1.0s", { summary, warnings: [] })).toBe("");
});

test("what the module warned of stands last, also where nothing else is shown, and takes the tick away", () => {
  const tracker = new ProgressTracker();
  tracker.notice("planned");
  tracker.warning("verdict: failed (gates: metrics)");
  const { warnings } = tracker;
  expect(tracker.notices).toEqual(["planned", "verdict: failed (gates: metrics)"]);
  expect(endText("auto", "run report export  1.0s", { summary, warnings })).toBe(
    "⚠ run report export  1.0s (3 ran, 2 cached)\nverdict: failed (gates: metrics)\n",
  );
  expect(endText("quiet", "run report export  1.0s", { summary, warnings })).toBe("verdict: failed (gates: metrics)\n");
});
