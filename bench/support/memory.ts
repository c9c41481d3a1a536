import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

const everyMilliseconds = 100;

/** Watches the memory of the engine among the descendants of a process, and keeps the maximum. */
export function watchEngine(ancestor: number): { peakBytes(): number; stop(): void } {
  let peak = 0;
  let engine: number | undefined;
  const timer = setInterval(() => {
    engine ??= findEngine(ancestor);
    if (engine !== undefined) peak = Math.max(peak, highWater(engine));
  }, everyMilliseconds);
  return { peakBytes: () => peak, stop: () => clearInterval(timer) };
}

function findEngine(ancestor: number): number | undefined {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  return [...parents.keys()].find((pid) => isEngine(pid) && descends(pid, ancestor, parents));
}

/**
 * Recognizes the engine. The programs that enter its namespaces have the same words on their command lines, but only
 * the engine is run by Node itself.
 */
function isEngine(pid: number): boolean {
  const [program = "", ...args] = read(`/proc/${pid}/cmdline`).split("\0");
  return basename(program) === "node" && args.some((arg) => arg.endsWith("/local/api/main.ts"));
}

function descends(pid: number, ancestor: number, parents: ReadonlyMap<number, number>): boolean {
  for (let above = parents.get(pid); above !== undefined && above > 0; above = parents.get(above)) {
    if (above === ancestor) return true;
  }
  return false;
}

/** Reads the kernel's record of the maximum resident memory, in bytes. */
function highWater(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Reads a file of a process. Empty text when the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
