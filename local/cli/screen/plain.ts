import type { Change, Screen } from "../../runner/progress-tracker.ts";
import { duration } from "./format.ts";

/** An operation that took less time gets no line when it ends (milliseconds). */
const worthSaying = 1000;

/** Writes plain lines for logs, without escape codes. Each line says which stage it belongs to. */
export class PlainScreen implements Screen {
  readonly #write: (text: string) => void;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  changed(change: Change): void {
    const text = describe(change);
    if (text === undefined) return;
    const stage = change.type === "notice" ? undefined : change.stage;
    this.#write(stage === undefined ? `${text}\n` : `[${stage.name}] ${text}\n`);
  }

  close(): void {}
}

function describe(change: Change): string | undefined {
  switch (change.type) {
    case "stage-started":
      return "started";
    case "stage-ended": {
      const { outcome, startedAt, endedAt, message } = change.stage;
      const time = duration((endedAt ?? startedAt) - startedAt);
      const said = message === "" ? "" : `: ${message}`;
      if (outcome === "failed" || outcome === "interrupted") return `${outcome} after ${time}${said}`;
      if (outcome === "skipped") return `skipped${said}`;
      return `${outcome === "cached" ? `done in ${time} (cached)` : `done in ${time}`}${said}`;
    }
    case "started":
      return `$ ${change.operation.title}`;
    case "finished": {
      const { outcome, title, startedAt, endedAt } = change.operation;
      const took = (endedAt ?? startedAt) - startedAt;
      if (outcome === "cached") return `cached: ${title}`;
      if (outcome === "failed" || outcome === "interrupted") return `${outcome} after ${duration(took)}: ${title}`;
      return took < worthSaying ? undefined : `done in ${duration(took)}: ${title}`;
    }
    case "line":
      return `  ${change.text}`;
    case "notice":
      return `note: ${change.text}`;
    default:
      return undefined;
  }
}
