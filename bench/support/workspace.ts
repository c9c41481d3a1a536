import { existsSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { PipelineRun } from "./pipeline.ts";
import { run } from "./process.ts";

/** The folder in which measurements work, and their remarks beside the table. */
export class Workspace {
  /** Remarks that are printed below the table. */
  readonly notes: string[] = [];
  /** Measurements that need a cold run take this one instead of running everything again. */
  lastColdRun: PipelineRun | undefined;
  readonly folder: string;
  readonly #keep: boolean;

  private constructor(folder: string, keep: boolean) {
    this.folder = folder;
    this.#keep = keep;
  }

  static async open(): Promise<Workspace> {
    const named = process.env.ML_PIPELINE_BENCH_DIR;
    if (named === undefined) {
      const folder = await mkdtemp(join(tmpdir(), "ml-pipeline-bench-"));
      process.once("SIGINT", () => {
        rmSync(folder, { recursive: true, force: true });
        process.exit(130);
      });
      return new Workspace(folder, false);
    }
    await mkdir(named, { recursive: true });
    return new Workspace(resolve(named), true);
  }

  async close(): Promise<void> {
    if (!this.#keep) await rm(this.folder, { recursive: true, force: true });
  }

  /** Says on standard error what is going on. */
  say(text: string): void {
    process.stderr.write(`bench: ${text}\n`);
  }

  /**
   * Gives the path of a folder that `make` fills once. A folder that an interrupted run left half made is made again.
   */
  async once(name: string, make: (folder: string) => Promise<void>): Promise<string> {
    const made = this.made(name);
    if (made !== undefined) return made;
    const folder = await this.empty(name);
    await make(folder);
    await writeFile(`${folder}.made`, "");
    return folder;
  }

  /** Gives the folder that `once` has filled, if it has. */
  made(name: string): string | undefined {
    const folder = join(this.folder, name);
    return existsSync(`${folder}.made`) ? folder : undefined;
  }

  /** Makes an empty folder in place of what was there. */
  async empty(name: string): Promise<string> {
    const folder = join(this.folder, name);
    await this.remove(name);
    await mkdir(folder, { recursive: true });
    return folder;
  }

  /** Copies a folder with every kind of file in it. */
  async copy(from: string, name: string): Promise<string> {
    const folder = join(this.folder, name);
    await this.remove(name);
    await run(["cp", "-a", from, folder]);
    return folder;
  }

  async remove(name: string): Promise<void> {
    const folder = join(this.folder, name);
    await rm(`${folder}.made`, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}
