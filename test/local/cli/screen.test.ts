import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clip, columnsOf, duration } from "../../../local/cli/screen/format.ts";
import { LiveScreen, type Terminal } from "../../../local/cli/screen/live.ts";
import { PlainScreen } from "../../../local/cli/screen/plain.ts";
import { ProgressTracker } from "../../../local/runner/progress-tracker.ts";

const end = (outcome?: "failed" | "skipped", message = "") => ({ outcome, message, at: 3000 });

/** Reports two stages of a call: one that is answered from the cache and one that fails. */
function play(tracker: ProgressTracker): void {
  tracker.stageStarted("c", "full-pipeline", undefined, 0);
  tracker.stageStarted("l", "lint", "c", 0);
  tracker.stageStarted("t", "train", "c", 1000);
  tracker.event({ type: "started", id: "1", title: "ruff check src/", span: "l", at: 0 });
  tracker.event({ type: "finished", id: "1", outcome: "cached", at: 10 });
  tracker.stageEnded("l", end());
  tracker.event({
    type: "started",
    id: "2",
    title: "python -m\nsrc.train",
    span: `00-${"0".repeat(32)}-00000000000000ff-01`,
    at: 0,
  });
  tracker.event({ type: "started", id: "3", title: "python -m src.train", span: "t", at: 0 });
  tracker.event({ type: "output", id: "3", stream: "stdout", text: "epoch 1\r\u001b[1mepoch 2\u001b[0m\nep" });
  tracker.event({ type: "output", id: "3", stream: "stderr", text: "\u001b]0;title\u0007boom\n" });
  tracker.event({ type: "output", id: "3", stream: "stdout", text: "och 3" });
  tracker.event({ type: "finished", id: "3", outcome: "failed", error: "exit code 1", at: 2900 });
  tracker.event({ type: "notice", text: "registry does not answer" });
  tracker.stageEnded("t", end("failed", "exit code 1"));
  tracker.stageStarted("b", "build", "c", 3000);
  tracker.stageEnded("b", end("skipped", "train failed"));
}

test("plain lines say which stage they belong to and hold no escape codes", () => {
  const tracker = new ProgressTracker();
  let text = "";
  tracker.attach(new PlainScreen((line) => (text += line)));
  play(tracker);
  expect(text).toMatchInlineSnapshot(`
    "[full-pipeline] started
    [lint] started
    [train] started
    [lint] $ ruff check src/
    [lint] cached: ruff check src/
    [lint] done in 3.0s (cached)
    [full-pipeline] $ python -m ↵ src.train
    [train] $ python -m src.train
    [train]   epoch 2
    [train]   boom
    [train]   epoch 3
    [train] failed after 2.9s: python -m src.train
    note: registry does not answer
    [train] failed after 2.0s: exit code 1
    [build] started
    [build] skipped: train failed
    "
  `);
});

describe("what an interruption ends", () => {
  /** A call with a stage that has ended before it, and one in whose midst it comes. */
  function interrupted(tracker: ProgressTracker): void {
    tracker.stageStarted("c", "full-pipeline", undefined, 0);
    tracker.stageStarted("l", "lint", "c", 0);
    tracker.stageEnded("l", end("failed", "ruff: exit code 1"));
    tracker.stageStarted("t", "train", "c", 1000);
    tracker.event({ type: "started", id: "1", title: "python -m src.train", span: "t", at: 1000 });
    tracker.interrupt();
    tracker.event({ type: "finished", id: "1", outcome: "failed", at: 2900 });
    tracker.stageEnded("t", end("failed", "The engine's connection has ended"));
  }

  test("has not failed, in plain lines", () => {
    const tracker = new ProgressTracker();
    const lines: string[] = [];
    tracker.attach(new PlainScreen((line) => lines.push(line.trimEnd())));
    interrupted(tracker);
    expect(lines.slice(-2)).toEqual([
      "[train] interrupted after 1.9s: python -m src.train",
      "[train] interrupted after 2.0s",
    ]);
    expect(lines).toContain("[lint] failed after 3.0s: ruff: exit code 1");
  });

  test("nor on the live screen", () => {
    const tracker = new ProgressTracker();
    const { fake, frames } = terminal(80, 24);
    const screen = new LiveScreen(tracker, fake, false, () => 3000);
    interrupted(tracker);
    screen.close();
    const last = stripVTControlCharacters(frames().at(-1) ?? "");
    expect(last).toMatch(/! train .* interrupted/);
    expect(last).not.toMatch(/✗ train|connection has ended/);
    expect(last).toMatch(/✗ lint/);
  });
});

function terminal(columns: number, rows: number) {
  let written = "";
  const listeners = new Set<() => void>();
  const fake: Terminal = {
    columns,
    rows,
    write: (text) => {
      written += text;
    },
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
  };
  return { fake, listeners, text: () => written, frames: () => written.split("\x1b[?2026h").slice(1) };
}

describe("the live screen", () => {
  test("leaves every stage with its outcome, the failed one with its last output", () => {
    const tracker = new ProgressTracker();
    const { fake, frames, text, listeners } = terminal(80, 24);
    const screen = new LiveScreen(tracker, fake, false, () => 3000);
    tracker.attach(screen);
    play(tracker);
    screen.close();
    const last = stripVTControlCharacters(frames().at(-1) ?? "");
    expect(last.split("\n").map((line) => line.trimEnd())).toMatchInlineSnapshot(`
      [
        "
      ! registry does not answer",
        "✓ lint                           cached",
        "✗ train                            2.0s  exit code 1",
        "  │ epoch 2",
        "  │ boom",
        "  │ epoch 3",
        "- build                         skipped  train failed",
        "⠋ full-pipeline                    3.0s  python -m ↵ src.train",
        "",
      ]
    `);
    expect(text().endsWith("\x1b[?25h")).toBe(true);
    expect(listeners.size).toBe(0);
  });

  test.each([
    [80, 24],
    [20, 5],
    [40, 8],
    [1, 1],
  ])("fits into %d columns and %d rows while it moves", (columns, rows) => {
    const tracker = new ProgressTracker();
    const { fake, frames } = terminal(columns, rows);
    const screen = new LiveScreen(tracker, fake, true, () => 3000);
    tracker.attach(screen);
    play(tracker);
    for (let index = 0; index < 20; index++) {
      tracker.stageStarted(`s${index}`, `stage number ${index} with a long name`, "c", 0);
      tracker.stageEnded(`s${index}`, end());
    }
    const moving = frames();
    screen.close();
    for (const frame of moving) {
      const lines = stripVTControlCharacters(frame).split("\n").slice(0, -1);
      expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
      for (const line of lines)
        expect(columnsOf(line.replace("\r", ""))).toBeLessThanOrEqual(Math.max(20, columns - 1));
    }
  });

  test("is closed once, however often it is asked to", () => {
    const { fake, text } = terminal(80, 24);
    const screen = new LiveScreen(new ProgressTracker(), fake, false);
    screen.close();
    const before = text();
    screen.close();
    expect(text()).toBe(before);
  });
});

test("a running stage shows its last line, or what runs when there is none", () => {
  const tracker = new ProgressTracker();
  const { fake, frames } = terminal(80, 24);
  const screen = new LiveScreen(tracker, fake, false, () => 1000);
  tracker.attach(screen);
  tracker.stageStarted("t", "test", undefined, 0);
  tracker.event({ type: "started", id: "1", title: "pytest -v", span: "t", at: 0 });
  tracker.notice("first");
  tracker.event({ type: "output", id: "1", stream: "stdout", text: "test_a PASSED\n\n" });
  tracker.notice("second");
  expect(frames().at(-2)).toContain("pytest -v");
  expect(frames().at(-1)).toContain("test_a PASSED");
  screen.close();
});

test("a stage is cached when all operations of it and of the stages below it are", () => {
  const tracker = new ProgressTracker();
  tracker.stageStarted("a", "a", undefined, 0);
  tracker.stageStarted("b", "b", "a", 0);
  tracker.event({ type: "started", id: "1", title: "withExec true", span: "b", at: 0 });
  tracker.event({ type: "finished", id: "1", outcome: "cached", at: 0 });
  tracker.stageEnded("b", end());
  tracker.stageEnded("a", end());
  expect(tracker.stages.map((stage) => stage.outcome)).toEqual(["cached", "cached"]);
  expect(tracker.counts()).toEqual({ ran: 0, cached: 1 });
});

test("only what runs in a container counts as run", () => {
  const tracker = new ProgressTracker();
  tracker.stageStarted("a", "a", undefined, 0);
  for (const [id, title] of Object.entries({ 1: "upload .", 2: "withExec true", 3: "service serve", 4: "asTarball" })) {
    tracker.event({ type: "started", id, title, span: "a", at: 0 });
    tracker.event({ type: "finished", id, outcome: "done", at: 1 });
  }
  expect(tracker.counts()).toEqual({ ran: 2, cached: 0 });
});

test.each([
  [0, "0.0s"],
  [420, "0.4s"],
  [9940, "9.9s"],
  [12_400, "12s"],
  [59_600, "1m00s"],
  [185_000, "3m05s"],
  [7_260_000, "2h01m"],
])("%d ms is %s", (time, text) => {
  expect(duration(time)).toBe(text);
});

test("clipped text is never wider than asked for", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.nat(30), (text, width) => {
      expect(columnsOf(clip(text, width))).toBeLessThanOrEqual(width);
    }),
  );
});
