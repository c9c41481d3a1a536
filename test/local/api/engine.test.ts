import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cacheRoot } from "../../../local/store/paths.ts";
import { ask, type Engine, enginePid, exec, startEngine } from "./engine.ts";

const sh = (script: string) => ["sh", "-c", script];
/** Gives text that no other test has cached. */
const unique = (name: string) => `${name}-${process.pid}-${Date.now()}`;

let engine: Engine;
const others: Engine[] = [];

beforeAll(async () => {
  engine = await startEngine();
  // The base image is fetched and unpacked first, so that the tests below only measure commands.
  await ask(engine, exec(["true"], "exitCode"));
}, 180_000);

afterEach(async () => {
  await Promise.all(others.splice(0).map((other) => other.stop()));
});

afterAll(() => engine?.stop());

async function another(): Promise<Engine> {
  const other = await startEngine();
  others.push(other);
  return other;
}

/** Reads a figure of `/proc/PID/status` in megabytes. */
function megabytes(pid: number, figure: string): number {
  const line = readFileSync(`/proc/${pid}/status`, "utf8")
    .split("\n")
    .find((text) => text.startsWith(figure));
  return Number(/\d+/.exec(line ?? "")?.[0]) / 1024;
}

/** Says whether any process has `text` on its command line. */
function isRunning(text: string): boolean {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .some((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(text);
      } catch {
        // The process has ended meanwhile.
        return false;
      }
    });
}

describe("requests", () => {
  test("without the token are refused", async () => {
    const response = await fetch(`http://127.0.0.1:${engine.port}/query`, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
  });

  test("for an unknown field are refused, naming it and the Dagger engine", async () => {
    await expect(ask(engine, '{ container { exportImage(name: "x") } }')).rejects.toThrow(
      /Container\.exportImage is not part of the local engine.*Dagger engine/,
    );
    await expect(ask(engine, '{ git(url: "x") { id } }')).rejects.toThrow(/Query\.git is not part/);
    await expect(ask(engine, "{ container { withExec(args: [], future: 1) { id } } }")).rejects.toThrow(
      /the argument future of Container\.withExec is not part/,
    );
  });

  test("with an unknown ID are told that IDs belong to their session", async () => {
    await expect(ask(engine, '{ loadContainerFromID(id: "Container:x") { id } }')).rejects.toThrow(/their own session/);
  });

  test("for an ID run nothing", async () => {
    const before = engine.events.length;
    await ask(engine, exec(sh(`echo ${unique("lazy")}`), "id"));
    expect(engine.events.length).toBe(before);
  });

  test("attribute what they start to the caller's span", async () => {
    const text = unique("span");
    await ask(engine, exec(["echo", text], "stdout"), { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` });
    const event = engine.events.find((one) => one.type === "started" && one.title === `withExec echo ${text}`);
    expect(event).toMatchObject({ span: "b".repeat(16) });
  });
});

describe("commands", () => {
  test("that do not depend on each other run side by side", async () => {
    const text = unique("side");
    const before = engine.events.length;
    await Promise.all([1, 2, 3, 4].map((n) => ask(engine, exec(sh(`sleep 2; echo ${text} ${n}`), "stdout"))));
    const order = engine.events.slice(before).map(({ type }) => type);
    expect(order.filter((type) => type === "started")).toHaveLength(4);
    expect(order.lastIndexOf("started")).toBeLessThan(order.indexOf("finished"));
  });

  test("are answered from the cache by another engine", async () => {
    const query = exec(sh(`echo ${unique("twice")}; date +%N`), "stdout");
    const first = await ask(engine, query);
    const other = await another();
    expect(await ask(other, query)).toEqual(first);
    expect(other.events.filter((event) => event.type === "finished").at(-1)).toMatchObject({ outcome: "cached" });
  });

  test("that fail are never answered from the cache", async () => {
    const query = exec(sh(`echo ${unique("fails")}; exit 1`), "stdout");
    for (const one of [engine, await another()]) await expect(ask(one, query)).rejects.toThrow("exit code: 1");
  });

  test("that two engines run at the same time do not disturb each other", async () => {
    const script = `echo ${unique("race")}; for n in 1 2 3; do echo $n > /f$n; sleep 0.1; done; cat /f*`;
    const engines = [engine, await another(), await another()];
    const answers = await Promise.all(
      engines.map((one) => ask(one, exec(sh(script), 'file(path: "/f3") { contents }'))),
    );
    for (const answer of answers) expect(JSON.stringify(answer)).toContain('"contents":"3\\n"');
  });
});

describe("an engine that is killed", () => {
  test("leaves no process and no mount, and its unfinished command runs again", async () => {
    const text = unique("killed");
    const victim = await startEngine();
    const query = exec(sh(`echo half > /made; sleep 3 # ${text}`), 'file(path: "/made") { contents }');
    const asked = ask(victim, query).catch(() => "gone");
    while (!isRunning(text)) await setTimeout(20);
    await setTimeout(200);
    victim.process.kill("SIGKILL");
    expect(await asked).toBe("gone");
    for (let attempt = 0; attempt < 50 && isRunning(text); attempt++) await setTimeout(50);
    expect(isRunning(text)).toBe(false);
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain(cacheRoot());
    const answer = await ask(engine, query);
    expect(JSON.stringify(answer)).toContain("half");
    const finished = engine.events.filter((event) => event.type === "finished").at(-1);
    expect(finished).toMatchObject({ outcome: "done" });
  });
});

describe("memory", () => {
  test("stays small however much a command prints and writes", async () => {
    const script = `echo ${unique("memory")}; head -c 300000000 /dev/zero | tr '\\0' 'x'; head -c 200000000 /dev/zero > /big`;
    const other = await another();
    await ask(other, exec(sh(script), 'file(path: "/big") { size }'));
    await ask(other, exec(sh(script), "exitCode"));
    expect(megabytes(enginePid(other), "VmHWM")).toBeLessThan(200);
  }, 60_000);
});

describe("secrets", () => {
  test("are in no file of the cache, no event and no command line", async () => {
    const folder = await mkdtemp(join(tmpdir(), "secret-"));
    try {
      const value = `v-${unique("secret")}-${Math.random()}`;
      const mark = join(folder, "mark");
      await writeFile(mark, "");
      const { setSecret } = (await ask(engine, `{ setSecret(name: "s", plaintext: "${value}") { id } }`)) as {
        setSecret: { id: string };
      };
      const before = `withSecretVariable(name: "S", secret: "${setSecret.id}")`;
      const mounted = `withMountedSecret(path: "/s", source: "${setSecret.id}")`;
      const script = "echo $S; cat /s >&2; sleep 0.3; test $S != x";
      const running = ask(engine, exec(sh(script), "stdout stderr", `${before} { ${mounted}`).replace(/\}$/, "} }"));
      await setTimeout(150);
      expect(isRunning(value)).toBe(false);
      expect(JSON.stringify(await running)).toContain("***");
      expect(JSON.stringify(engine.events)).not.toContain(value);
      const found = spawnSync("find", [
        cacheRoot(),
        "-newer",
        mark,
        "-type",
        "f",
        "-exec",
        "grep",
        "-l",
        value,
        "{}",
        "+",
      ]);
      expect(found.stdout.toString()).toBe("");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
