import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "../base/events.ts";

export type Outcome = "running" | "done" | "cached" | "failed" | "skipped" | "interrupted";

/** A command, pull, copy or push that the engine carries out. */
export interface Operation {
  readonly id: string;
  readonly title: string;
  readonly startedAt: number;
  endedAt?: number;
  outcome: Outcome;
  error?: string;
  /** The last line of its output that is not blank. */
  lastLine: string;
}

/** A part of the work that the module names with a span of its tracer. */
export interface Stage {
  readonly id: string;
  readonly name: string;
  /** The call itself has depth -1, its stages have 0. */
  readonly depth: number;
  readonly startedAt: number;
  endedAt?: number;
  outcome: Outcome;
  /** The module's sentence about the outcome; empty when it says nothing. */
  message: string;
  readonly operations: Map<string, Operation>;
  /** The last lines of its operations' output. */
  readonly tail: string[];
}

/** What changed, for the screens. `stage` is the stage concerned. */
export type Change =
  | { readonly type: "stage-started"; readonly stage: Stage }
  | { readonly type: "stage-ended"; readonly stage: Stage }
  | { readonly type: "started"; readonly stage: Stage; readonly operation: Operation }
  | { readonly type: "finished"; readonly stage: Stage; readonly operation: Operation }
  | { readonly type: "line"; readonly stage: Stage; readonly operation: Operation; readonly text: string }
  | { readonly type: "notice"; readonly text: string };

export interface Screen {
  changed(change: Change): void;
  /** Stops drawing. What is on the terminal then stays. */
  close(): void;
}

const tailLength = 12;

/**
 * Tracks the progress of a session: joins the module's spans and the engine's events, so that each operation belongs to
 * a stage, and tells the screens.
 */
export class ProgressTracker {
  /** Stages in the order in which they began. The first one is the call itself. */
  readonly stages: Stage[] = [];
  readonly notices: string[] = [];
  /** Those of the notices that nobody is to miss. */
  readonly warnings: string[] = [];
  readonly #byId = new Map<string, Stage>();
  readonly #stageOf = new Map<string, Stage>();
  readonly #unfinished = new Map<string, string>();
  readonly #screens: Screen[] = [];
  #interrupted = false;

  attach(screen: Screen): void {
    this.#screens.push(screen);
  }

  /** What ends without success from now on was interrupted, and has not failed. */
  interrupt(): void {
    this.#interrupted = true;
  }

  #asInterrupted(outcome: Outcome): Outcome {
    return this.#interrupted && outcome === "failed" ? "interrupted" : outcome;
  }

  /** `parent` is the id of the enclosing stage; a call has none. */
  stageStarted(id: string, name: string, parent: string | undefined, at: number): void {
    const above = parent === undefined ? undefined : this.#byId.get(parent);
    const depth = above === undefined ? -1 : above.depth + 1;
    const stage: Stage = {
      id,
      name,
      depth,
      startedAt: at,
      outcome: "running",
      message: "",
      operations: new Map(),
      tail: [],
    };
    this.#byId.set(id, stage);
    this.stages.push(stage);
    this.#tell({ type: "stage-started", stage });
  }

  /** Without an outcome, the stage is done, or cached when nothing ran for it. */
  stageEnded(id: string, end: { outcome: Outcome | undefined; message: string; at: number }): void {
    const stage = this.#byId.get(id);
    if (stage === undefined) return;
    stage.endedAt = end.at;
    stage.outcome = this.#asInterrupted(end.outcome ?? (this.#allCached(stage) ? "cached" : "done"));
    // Its message would be that the engine's connection has ended.
    stage.message = stage.outcome === "interrupted" ? "" : oneLine(end.message);
    this.#tell({ type: "stage-ended", stage });
  }

  /** Whether something was done outside of the engine. */
  hadEffects = false;
  /** Whether the session needed what a shared cache has lost, so that its results say nothing. */
  lost = false;

  event(event: EngineEvent): void {
    switch (event.type) {
      case "ready":
        return;
      case "notice":
        this.notice(event.text);
        return;
      case "lost":
        this.lost = true;
        return;
      case "effect":
        this.hadEffects = true;
        return;
      case "started":
        this.#started(event);
        return;
      case "output":
        this.#output(event.id, `${event.id} ${event.stream}`, event.text);
        return;
      case "finished":
        this.#finished(event);
        return;
      default:
        event satisfies never;
    }
  }

  notice(text: string): void {
    this.notices.push(text);
    this.#tell({ type: "notice", text });
  }

  /** A notice that is said once more at the end of the call, where nobody reads past it. */
  warning(text: string): void {
    this.warnings.push(text);
    this.notice(text);
  }

  /** Counts the containers that ran and those answered from the cache. Uploads and look-ups are neither. */
  counts(): { ran: number; cached: number } {
    const all = this.stages
      .flatMap((stage) => [...stage.operations.values()])
      .filter(({ title }) => /^(withExec|service) /.test(title));
    const cached = all.filter((operation) => operation.outcome === "cached").length;
    return { ran: all.length - cached, cached };
  }

  #started(event: Extract<EngineEvent, { type: "started" }>): void {
    const stage = (event.span && this.#byId.get(spanId(event.span))) || this.stages[0];
    if (stage === undefined) return;
    const operation: Operation = {
      id: event.id,
      title: oneLine(event.title),
      startedAt: event.at,
      outcome: "running",
      lastLine: "",
    };
    stage.operations.set(event.id, operation);
    this.#stageOf.set(event.id, stage);
    this.#tell({ type: "started", stage, operation });
  }

  #finished(event: Extract<EngineEvent, { type: "finished" }>): void {
    const stage = this.#stageOf.get(event.id);
    const operation = stage?.operations.get(event.id);
    if (stage === undefined || operation === undefined) return;
    for (const stream of ["stdout", "stderr"]) {
      if (this.#unfinished.has(`${event.id} ${stream}`)) this.#output(event.id, `${event.id} ${stream}`, "\n");
    }
    operation.outcome = this.#asInterrupted(event.outcome);
    operation.endedAt = event.at;
    if (event.error !== undefined) operation.error = event.error;
    this.#tell({ type: "finished", stage, operation });
  }

  /** Collects output until a line is whole. Of a line that was overwritten with `\r`, the last state counts. */
  #output(id: string, stream: string, text: string): void {
    const stage = this.#stageOf.get(id);
    const operation = stage?.operations.get(id);
    if (stage === undefined || operation === undefined) return;
    const lines = ((this.#unfinished.get(stream) ?? "") + text).split("\n");
    const rest = lines.pop() ?? "";
    if (rest === "") this.#unfinished.delete(stream);
    else this.#unfinished.set(stream, rest);
    for (const line of lines) {
      const shown = withoutControls(line);
      stage.tail.push(shown);
      if (shown.trim() !== "") operation.lastLine = shown.trim();
      if (stage.tail.length > tailLength) stage.tail.shift();
      this.#tell({ type: "line", stage, operation, text: shown });
    }
  }

  /** A stage is cached when its operations and those of all stages below it are. */
  #allCached(stage: Stage): boolean {
    const start = this.stages.indexOf(stage);
    const below = this.stages.slice(start + 1);
    const end = below.findIndex((other) => other.depth <= stage.depth);
    const operations = [stage, ...(end < 0 ? below : below.slice(0, end))].flatMap((each) => [
      ...each.operations.values(),
    ]);
    return operations.length > 0 && operations.every((operation) => operation.outcome === "cached");
  }

  #tell(change: Change): void {
    for (const screen of this.#screens) screen.changed(change);
  }
}

/** Reads the span's id from a W3C `traceparent`. Any other text is taken for the id itself. */
function spanId(span: string): string {
  return /^[0-9a-f]{2}-[0-9a-f]{32}-([0-9a-f]{16})-/.exec(span)?.[1] ?? span;
}

function oneLine(text: string): string {
  return withoutControls(text.replaceAll(/\s*\n\s*/g, " ↵ "));
}

/** Removes escape sequences and control characters of a program, which would move our cursor. */
function withoutControls(line: string): string {
  const last = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
  return stripVTControlCharacters(last)
    .replaceAll("\t", "    ")
    .replaceAll(/\p{Cc}/gu, "");
}
