import { expect, test } from "vitest";
import { movedText } from "../../../src/functions/store-model.ts";
import type { Step } from "../../../src/store/moving.ts";

const moved: Step = { from: "sha256:a", number: 7 };
const stays = "production runs team/other by now";

test.each<[string, Step, string]>([
  ["moved", moved, "moved production from sha256:a to sha256:b (move 7)"],
  [
    "moved for the first time",
    { from: undefined, number: 1 },
    "moved production for the first time to sha256:b (move 1)",
  ],
  ["there already", { from: "sha256:b", number: undefined }, "production stands at sha256:b already"],
  ["not moved", { from: "sha256:a", number: undefined, stays }, `production stays at sha256:a: ${stays}`],
  [
    "taken back",
    { ...moved, stays, after: { kind: "back", number: 8 } },
    `moved production from sha256:a to sha256:b (move 7), and back to sha256:a (move 8): ${stays}`,
  ],
  [
    "moved by others since",
    { ...moved, stays, after: { kind: "elsewhere", at: "sha256:c" } },
    `moved production from sha256:a to sha256:b (move 7), from where others have moved it to sha256:c: ${stays}`,
  ],
  [
    "first, and not to be any more",
    { from: undefined, number: 1, stays, after: { kind: "first" } },
    `moved production for the first time to sha256:b (move 1), and there is nothing before that to move it back to: ${stays}`,
  ],
  [
    "not taken back",
    { ...moved, stays, after: { kind: "stuck", problem: "no answer" } },
    `moved production from sha256:a to sha256:b (move 7), and could not move it back (no answer): ${stays}`,
  ],
  [
    "not asked about",
    { ...moved, after: { kind: "unasked", problem: "no answer" } },
    "moved production from sha256:a to sha256:b (move 7); whether it is to stand there still is not known: no answer",
  ],
])("a pointer that was %s", (_what, step, text) => {
  expect(movedText(step, { pointer: "production", version: "sha256:b", dryRun: false })).toBe(text);
});
