import { stripVTControlCharacters, styleText } from "node:util";
import type { Change, Operation, ProgressTracker, Screen, Stage } from "../../runner/progress-tracker.ts";
import { clip, columnsOf, duration } from "./format.ts";

export interface Terminal {
  write(text: string): void;
  readonly columns?: number;
  readonly rows?: number;
  on(event: "resize", listener: () => void): void;
  off(event: "resize", listener: () => void): void;
}

const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameTime = 100;

type Style = Parameters<typeof styleText>[0];

/** Redraws a list of stages in place: what runs and for how long, what was cached, and what a failed stage printed. */
export class LiveScreen implements Screen {
  readonly #tracker: ProgressTracker;
  readonly #terminal: Terminal;
  readonly #paint: (style: Style, text: string) => string;
  readonly #now: () => number;
  readonly #timer: NodeJS.Timeout;
  readonly #redraw = () => this.#draw(this.#frame(this.#terminal.rows ?? 24));
  #drawn: readonly number[] = [];
  #tick = 0;
  #closed = false;

  constructor(tracker: ProgressTracker, terminal: Terminal, colour: boolean, now: () => number = Date.now) {
    this.#tracker = tracker;
    this.#terminal = terminal;
    this.#now = now;
    this.#paint = colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text;
    terminal.write("\x1b[?25l");
    terminal.on("resize", this.#redraw);
    this.#timer = setInterval(() => {
      this.#tick++;
      this.#redraw();
    }, frameTime);
    this.#timer.unref();
  }

  changed(change: Change): void {
    if (change.type === "stage-ended" || change.type === "notice") this.#redraw();
  }

  /** Draws a last frame with every stage, however many rows that takes, and leaves it on the terminal. */
  close(): void {
    if (this.#closed) return;
    clearInterval(this.#timer);
    this.#terminal.off("resize", this.#redraw);
    this.#draw(this.#frame(Number.POSITIVE_INFINITY));
    this.#closed = true;
    this.#terminal.write("\x1b[?25h");
  }

  /** Writes a whole frame at once and clears each line behind its text, so that nothing flickers. */
  #draw(lines: readonly string[]): void {
    if (this.#closed) return;
    // A terminal that has become narrower shows each long line of the last frame on several rows.
    const columns = Math.max(1, this.#terminal.columns ?? 80);
    const rows = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const up = rows > 0 ? `\x1b[${rows}A` : "";
    this.#terminal.write(`\x1b[?2026h${up}\r${lines.map((line) => `${line}\x1b[K\n`).join("")}\x1b[J\x1b[?2026l`);
    this.#drawn = lines.map((line) => columnsOf(stripVTControlCharacters(line)));
  }

  /**
   * Makes the lines of a frame. When the terminal has too few rows, the oldest finished stages are left out for those
   * that run.
   */
  #frame(rows: number): string[] {
    const width = Math.max(20, (this.#terminal.columns ?? 80) - 1);
    const notices = this.#tracker.notices.map((text) => this.#paint("yellow", clip(`! ${text}`, width)));
    const stages = this.#tracker.stages.filter((stage) => stage.depth >= 0);
    // The call itself is shown while it does something that belongs to no stage, such as an upload or an export.
    const calls = this.#tracker.stages.filter((stage) => stage.depth < 0 && (stages.length === 0 || isBusy(stage)));
    const shown = [...stages, ...calls];
    const blocks = shown.map((stage) => this.#stage(stage, width));
    const fits = () => notices.length + blocks.flat().length <= rows - 2;
    let hidden = 0;
    for (let index = 0; index < blocks.length && !fits(); index++) {
      if (shown[index]?.outcome === "running" || shown[index]?.outcome === "failed") continue;
      blocks[index] = [];
      hidden++;
    }
    const more = hidden > 0 ? [this.#paint("dim", clip(`  (${hidden} more that ended)`, width))] : [];
    const lines = [...notices, ...more, ...blocks.flat()];
    return rows === Number.POSITIVE_INFINITY ? lines : lines.slice(-Math.max(1, rows - 1));
  }

  #stage(stage: Stage, width: number): string[] {
    const indent = "  ".repeat(Math.max(0, stage.depth));
    const time = ["cached", "skipped"].includes(stage.outcome)
      ? stage.outcome
      : duration((stage.endedAt ?? this.#now()) - stage.startedAt);
    const [mark, style] = this.#mark(stage);
    const nameWidth = Math.min(Math.max(16, width - 50), 34);
    const name = clip(indent + stage.name, nameWidth);
    const head = `${mark} ${name}${" ".repeat(Math.max(0, nameWidth - columnsOf(name)))} ${time.padStart(7)}`;
    const room = width - columnsOf(head) - 2;
    const ended = stage.outcome === "interrupted" ? stage.outcome : stage.message;
    const said = stage.outcome === "running" ? doing(stage) : ended;
    const title = room > 8 ? clip(said, room) : "";
    const line = `${this.#paint(style, mark)}${clip(head, width).slice(mark.length)}`;
    const rows = [title === "" ? line : `${line}  ${this.#paint("dim", title)}`];
    if (stage.outcome !== "failed") return rows;
    return [...rows, ...stage.tail.map((text) => this.#paint("dim", clip(`${indent}  │ ${text}`, width)))];
  }

  #mark(stage: Stage): readonly [string, Style] {
    switch (stage.outcome) {
      case "running":
        return [spinner[this.#tick % spinner.length] ?? "*", "cyan"];
      case "failed":
        return ["✗", "red"];
      case "interrupted":
        return ["!", "yellow"];
      case "cached":
        return ["✓", "blue"];
      case "skipped":
        return ["-", "dim"];
      default:
        return ["✓", "green"];
    }
  }
}

function runningIn(stage: Stage): Operation[] {
  return [...stage.operations.values()].filter((operation) => operation.outcome === "running");
}

function isBusy(stage: Stage): boolean {
  return stage.outcome === "running" && runningIn(stage).length > 0;
}

/** Says what a running stage does: the last line that its operation printed, or else the operation's title. */
function doing(stage: Stage): string {
  const running = runningIn(stage).at(-1);
  return running === undefined ? "" : running.lastLine || running.title;
}
