import { Tail } from "../../base/tail.ts";
import type { Outcome } from "../values/outcome.ts";

/** Gathers the output of a process, each stream by itself and both in order. */
export class Printed {
  readonly stdout = new Tail();
  readonly stderr = new Tail();
  readonly #combined = new Tail();

  add(stream: "stdout" | "stderr", chunk: Buffer): void {
    this[stream].add(chunk);
    this.#combined.add(chunk);
  }

  texts(): Pick<Outcome, "stdout" | "stderr" | "combined"> {
    const stdout = this.stdout.text();
    const stderr = this.stderr.text();
    return stdout === "" || stderr === "" ? { stdout, stderr } : { stdout, stderr, combined: this.#combined.text() };
  }
}
