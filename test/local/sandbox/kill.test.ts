import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { node } from "../store/support.ts";
import { temporaryRoot } from "./cache.ts";
import { runCommand, runScenario, scenarioCommand } from "./engine.ts";
import type { Outcome } from "./scenarios/run.ts";

const folder = temporaryRoot(beforeAll, afterAll);

function processes(): readonly { readonly pid: number; readonly args: string }[] {
  const lines = execFileSync("ps", ["-ewwo", "pid,args"], { encoding: "utf8" }).trim().split("\n");
  return lines.map((line) => ({ pid: Number.parseInt(line, 10), args: line.trim().replace(/^\d+ /, "") }));
}

const running = (marker: string): readonly string[] =>
  processes()
    .map(({ args }) => args)
    .filter((args) => args.includes(marker));

/** Waits until the killed processes are gone. */
async function gone(marker: string): Promise<boolean> {
  for (let tries = 0; tries < 50; tries++) {
    if (running(marker).length === 0) return true;
    await sleep(20);
  }
  return false;
}

it.each([
  ["the engine", false],
  ["the process that started the engine", true],
])("kill -9 of %s leaves no process, and the next session cleans up", async (_, byParent) => {
  const cache = join(folder.path, "cache");
  const marker = `${70_000 + Math.floor(Math.random() * 9_999)}.5`;
  const engine = scenarioCommand("hang", cache, marker);
  const [program = "", ...args] = byParent
    ? [node, join(import.meta.dirname, "scenarios/parent.ts"), ...engine]
    : engine;
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  const { upper } = JSON.parse(line) as { upper: string };
  expect(running(marker).length).toBeGreaterThan(2);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await gone(marker)).toBe(true);
  expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(folder.path);
  expect(existsSync(upper)).toBe(true);
  await runScenario("run", cache, "[]");
  expect(existsSync(upper)).toBe(false);
  expect(readdirSync(join(cache, "tmp"))).toEqual([]);
});

it("kill -9 of a container's first process is no failure of its command", async () => {
  const marker = `${70_000 + Math.floor(Math.random() * 9_999)}.5`;
  const steps = JSON.stringify([{ args: ["sleep", marker] }]);
  const result = runCommand<{ readonly outcomes: readonly Outcome[] }>(
    scenarioCommand("run", join(folder.path, "first"), steps),
  );
  while (!processes().some(({ args }) => args === `sleep ${marker}`)) await sleep(20);
  const first = processes().find(({ args }) => /^\S*sh .*container\.sh /.test(args) && args.includes(marker));
  process.kill(first?.pid ?? 0, "SIGKILL");
  const { outcomes } = await result;
  // Nothing is said of the programs around the container.
  const said = expect.stringMatching(/^The container ended: its first process was killed, most likely [^\n]*\n?$/);
  expect(outcomes).toMatchObject([{ exitCode: 137, stderr: said, streamed: said }]);
});
