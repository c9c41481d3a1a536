import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { engineProgram } from "../../../local/api/command.ts";
import { engineCommand } from "../../../local/sandbox/enter.ts";
import { ask, type Engine, enginePid, nodeProgram, startEngine } from "./engine.ts";

let cache: string;
let env: Record<string, string>;

beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "engine-life-"));
  env = { XDG_CACHE_HOME: cache };
});

afterEach(() => rm(cache, { recursive: true, force: true }));

/** Runs a task of the engine on the cache and gives its answer. */
function task(...args: string[]): Record<string, unknown> {
  const [program = "", ...rest] = engineCommand(engineProgram(nodeProgram, args)).command;
  const { stdout, stderr } = spawnSync(program, rest, { encoding: "utf8", env: { ...process.env, ...env } });
  expect(stderr).toBe("");
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** A query that makes a layer of a container without an image. */
const layer = '{ container { withNewFile(path: "/a", contents: "1") { rootfs { digest } } } }';

describe("an engine", () => {
  test("ends with its parent and leaves nothing temporary", async () => {
    const engine = await startEngine(env);
    await ask(engine, layer);
    await engine.stop();
    expect(engine.process.exitCode).toBe(0);
    const root = join(cache, "ml-pipeline");
    for (const folder of ["tmp", "leases"]) expect(readdirSync(join(root, folder))).toEqual([]);
  });

  test("ends on SIGTERM", async () => {
    const engine = await startEngine(env);
    process.kill(enginePid(engine), "SIGTERM");
    await engine.exited;
    expect(existsSync(join(cache, "ml-pipeline"))).toBe(true);
  });

  test("makes again what was pruned", async () => {
    const first = await startEngine(env);
    const answer = await ask(first, layer);
    await first.stop();
    expect(task("--do=info")).toMatchObject({ path: join(cache, "ml-pipeline") });
    expect(Number(task("--do=prune", "--keep=0").freedBytes)).toBeGreaterThan(0);
    const second: Engine = await startEngine(env);
    expect(await ask(second, layer)).toEqual(answer);
    await second.stop();
  });
});
