import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { program } from "../../../local/sandbox/programs.ts";

/** A process of a cluster, which dies with the tests that started it, even when they are killed. */
export class Part {
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #ended: Promise<void>;
  readonly name: string;

  constructor(folder: string, command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.name = command.split("/").at(-1) ?? command;
    this.#log = join(folder, `${this.name}.log`);
    this.#child = spawn(program("setpriv"), ["--pdeathsig", "KILL", command, ...args], {
      ...{ cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", ...env } },
    });
    const log = createWriteStream(this.#log, { flags: "a" });
    this.#child.stdout?.pipe(log, { end: false });
    this.#child.stderr?.pipe(log, { end: false });
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", () => resolve());
      this.#child.once("close", () => log.end(resolve));
    });
  }

  /** Takes it away at once, as a machine that fails does. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** Waits for what it is to bring about. @throws Error with its last lines when that does not come */
  async until(wanted: () => Promise<boolean>, seconds: number): Promise<void> {
    const ends = Date.now() + 1000 * seconds;
    while (!(await wanted().catch(() => false))) {
      const hasEnded = this.#child.exitCode !== null || this.#child.signalCode !== null;
      if (hasEnded || Date.now() > ends) {
        const lines = (await readFile(this.#log, "utf8")).trimEnd().split("\n").slice(-15);
        throw new Error(`${this.name} ${hasEnded ? "has ended" : "is not ready"}:\n${lines.join("\n")}`);
      }
      await sleep(100);
    }
  }
}
