import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandsReportSchema } from "../../../src/containers/commands.ts";
import { DEFAULT_LIMITS, stageLimits } from "../../../src/containers/limits.ts";
import { parseJson } from "../../../src/json.ts";
import { inFolder, python } from "./python.ts";

interface Wanted {
  readonly limits?: Partial<ReturnType<typeof stageLimits>>;
  readonly commands?: readonly {
    readonly name: string;
    readonly args: string[];
    readonly env?: Record<string, string>;
    readonly save?: string;
    readonly quiet?: boolean;
    readonly time?: { readonly seconds: number; readonly setting: string };
  }[];
  readonly stopAtFailure?: boolean;
  readonly folders?: readonly string[];
  readonly hash?: readonly string[];
  readonly listFiles?: boolean;
}

async function run(
  results: string,
  { commands = [], stopAtFailure = false, folders = [], hash = [], listFiles = false, limits = {} }: Wanted,
) {
  const all = { ...stageLimits(DEFAULT_LIMITS, "stage-seconds"), ...limits };
  const spec = { results, stopAtFailure, folders, hash, listFiles, commands, limits: all };
  const made = await python("run_commands.py", JSON.stringify(spec));
  expect(made).toMatchObject({ code: 0, stderr: "" });
  return {
    ...made,
    results: parseJson(readFileSync(join(results, "results.json"), "utf8"), commandsReportSchema, "results.json"),
  };
}

const shell = (name: string, script: string) => ({ name, args: ["sh", "-c", script] });

describe("commands", () => {
  test("all run, and the result of each is recorded", () =>
    inFolder(async (folder) => {
      const out = join(folder, "results");
      const before = Date.now() / 1000 - 1;
      writeFileSync(join(folder, "plain"), "");
      const { results, stdout } = await run(out, {
        commands: [
          shell("good", "echo out; echo err >&2"),
          shell("three", "echo $COLOUR; exit 3"),
          shell("killed", "kill -9 $$"),
          shell("asked", "kill -TERM $$"),
          { name: "missing", args: ["no-such-command-at-all", "x"] },
          { name: "plain", args: [join(folder, "plain")] },
        ].map((command) => ({ ...command, env: { COLOUR: "blü" } })),
      });
      expect(results.commands.map(({ name, exitCode }) => [name, exitCode])).toEqual([
        ["good", 0],
        ["three", 3],
        ["killed", 137],
        ["asked", 143],
        ["missing", 127],
        ["plain", 126],
      ]);
      expect(results.commands.map(({ tail }) => tail)).toEqual([
        "out\nerr\n",
        "blü\n",
        "",
        "",
        "no-such-command-at-all: No such file or directory",
        `${join(folder, "plain")}: Permission denied`,
      ]);
      expect(stdout).toBe("out\nerr\nblü\n");
      expect(readFileSync(join(out, "good.log"), "utf8")).toBe("out\nerr\n");
      for (const { startedAt, endedAt } of results.commands) {
        expect(startedAt).toBeGreaterThan(before);
        expect(endedAt).toBeGreaterThanOrEqual(startedAt);
      }
      expect(results.commands[0]?.peakMemoryBytes).toBeGreaterThan(100_000);
    }));

  test("stop at the first failure when asked to", () =>
    inFolder(async (folder) => {
      const commands = [shell("a", "true"), shell("b", "false"), shell("c", "true")];
      const { results } = await run(folder, { commands, stopAtFailure: true });
      expect(results.commands.map(({ name }) => name)).toEqual(["a", "b"]);
    }));

  test("save standard output to a file, and standard error to the log", () =>
    inFolder(async (folder) => {
      const save = join(folder, "rows.json");
      const commands = [{ ...shell("query", "echo '[1]'; echo complaint >&2"), save }];
      const { results, stdout } = await run(folder, { commands });
      expect(readFileSync(save, "utf8")).toBe("[1]\n");
      expect(stdout).toBe("complaint\n");
      expect(results.commands[0]).toMatchObject({ exitCode: 0, tail: "complaint\n" });
    }));

  test("get no input, unchanged arguments, and the folders to write to", () =>
    inFolder(async (folder) => {
      const odd = '$(touch x) "ü.csv\n';
      const commands = [{ name: "odd", args: ["sh", "-c", 'cat; printf %s "$1"', "sh", odd] }];
      const { results } = await run(join(folder, "r"), { commands, folders: [join(folder, "a/b")] });
      expect(results.commands[0]?.tail).toBe(odd);
      expect(existsSync(join(folder, "a/b"))).toBe(true);
    }));

  test("keep the end of a long output; bytes that are no UTF-8 are replaced", () =>
    inFolder(async (folder) => {
      const commands = [shell("much", "head -c 300000 /dev/zero | tr '\\0' x; printf '\\377end'")];
      const tail = (await run(folder, { commands })).results.commands[0]?.tail ?? "";
      expect(tail).toMatch(/^x+\uFFFDend$/);
      expect(tail.length).toBeLessThanOrEqual(128 * 1024);
    }));

  test.each([
    ["all lines where they are few enough", "seq 2000", /^1\n2\n[\d\n]*\n2000\n$/, 2000],
    [
      "the last lines, and how many there were before",
      "seq 4002",
      /^… 2,002 earlier lines\n2003\n[\d\n]*\n4002\n$/,
      2001,
    ],
    ["one line more than is kept", "seq 2001", /^… 1 earlier line\n2\n/, 2001],
    ["no half of a line", "seq -f %0999.f 300", /^… 169 earlier lines\n0+170\n[\d\n]*300\n$/, 132],
  ])("keep %s", (_, script, tail, lines) =>
    inFolder(async (folder) => {
      const [command] = (await run(folder, { commands: [shell("seq", script)] })).results.commands;
      expect(command?.tail).toMatch(tail);
      expect(command?.tail.trimEnd().split("\n")).toHaveLength(lines);
    }),
  );

  test("that are quiet print nothing as they run, and keep all of it", () =>
    inFolder(async (folder) => {
      const { results, stdout } = await run(folder, { commands: [{ ...shell("ruff", "echo F401"), quiet: true }] });
      expect(stdout).toBe("");
      expect(results.commands[0]?.tail).toBe("F401\n");
      expect(readFileSync(join(folder, "ruff.log"), "utf8")).toBe("F401\n");
    }));
});

/** What a command is stopped for, how long the program took, and the end of the output. */
async function stop(script: string, limits: Wanted["limits"] = {}, time?: { seconds: number; setting: string }) {
  let found: { stopped?: string | undefined; exitCode: number; seconds: number; tail: string } | undefined;
  await inFolder(async (folder) => {
    const args = ["python3", "-c", script];
    const { results } = await run(folder, {
      commands: [{ name: "greedy", args, quiet: true, ...(time === undefined ? {} : { time }) }],
      limits,
    });
    const [first] = results.commands;
    if (first === undefined) throw new Error("no result");
    const { stopped, exitCode, startedAt, endedAt, tail } = first;
    found = { stopped, exitCode, seconds: endedAt - startedAt, tail };
  });
  if (found === undefined) throw new Error("nothing was run");
  return found;
}

const SLEEPS = "import time; time.sleep(100)";
const soon = { seconds: 0.5, setting: "limits.stage-seconds" };

describe("a command that would not end is stopped, and the limit named:", () => {
  test.each([
    ["one that sleeps", SLEEPS],
    ["one that has closed its output", `import os; os.close(1); os.close(2); ${SLEEPS}`],
    [
      "one that does not heed a request to end",
      `import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); ${SLEEPS}`,
    ],
    ["one that waits for another", "import subprocess; subprocess.Popen(['sleep', '100']).wait()"],
  ])("%s", async (_what, script) => {
    const { stopped, exitCode, seconds } = await stop(script, { time: soon });
    expect(stopped).toBe("stopped after 0.5 s, the limit of limits.stage-seconds");
    expect(exitCode).toBe(124);
    expect(seconds).toBeLessThan(10);
  });

  test("after its own time, where that is the shorter", async () => {
    const own = { seconds: 0.3, setting: "limits.query-seconds" };
    expect(await stop(SLEEPS, {}, own)).toMatchObject({
      stopped: "stopped after 0.3 s, the limit of limits.query-seconds",
    });
  });

  test.each([
    ["endless lines", "while True: print('more' * 100)"],
    ["one endless line", "while True: print('more' * 100, end='')"],
  ])("%s", async (_what, script) => {
    expect(await stop(script, { outputBytes: 5e6 })).toMatchObject({
      stopped: "stopped after 5 MB of output, the limit of limits.output-megabytes",
      exitCode: 137,
    });
  });

  test("much memory in one process, or in many small ones", async () => {
    const one = "import time; kept = bytearray(200_000_000); time.sleep(20)";
    const many = `import os, time; [os.fork() for _ in range(2)]; kept = bytes(range(256)) * 250_000; time.sleep(20)`;
    for (const script of [one, many]) {
      expect((await stop(script, { memoryBytes: 150e6 })).stopped).toMatch(
        /^stopped when its processes held 0\.\d+ GB of memory, limits\.memory-gigabytes allows 0\.15$/,
      );
    }
  });

  test("no memory that processes share, which counts once", async () => {
    const shared = "import os, time; kept = bytearray(60_000_000); [os.fork() for _ in range(3)]; time.sleep(1)";
    expect(await stop(shared, { memoryBytes: 250e6 })).toMatchObject({ stopped: undefined, exitCode: 0 });
  });

  test("many processes, also those that have lost their parent", async () => {
    const script =
      "import os, time\nfor _ in range(30):\n  if os.fork() == 0: os.fork() or time.sleep(20); os._exit(0)";
    expect((await stop(`${script}\ntime.sleep(20)`, { processes: 10 })).stopped).toMatch(
      /^stopped with \d+ processes, limits\.processes allows 10$/,
    );
  });
});

test("a process that is left in the background does not keep the stage waiting", async () => {
  const { stopped, exitCode, seconds, tail } = await stop(
    "import subprocess; subprocess.Popen(['sh', '-c', 'echo started; sleep 100'], start_new_session=True); print('done')",
  );
  expect({ stopped, exitCode }).toEqual({ stopped: undefined, exitCode: 0 });
  expect(seconds).toBeLessThan(15);
  expect(tail).toMatch(/started/);
  expect(tail).toMatch(/… ended what greedy had left running: .*sleep/);
});

test("the screen shows the beginning of a very long output, and the log has all of it", () =>
  inFolder(async (folder) => {
    const args = ["python3", "-c", "print('x' * 40_000_000)"];
    const { results, stdout } = await run(folder, { commands: [{ name: "long", args }] });
    expect(results.commands[0]?.exitCode).toBe(0);
    expect(stdout.length).toBeLessThan(17 << 20);
    expect(stdout).toMatch(/… more output of long is in its log only\n$/);
    expect(statSync(join(folder, "long.log")).size).toBe(40_000_001);
  }));

describe("the hash of a folder", () => {
  test("depends on names and contents only, not on its path and times", () =>
    inFolder(async (folder) => {
      const make = (name: string, change?: (at: string) => void): string => {
        const at = join(folder, name);
        mkdirSync(join(at, "sub ü"), { recursive: true });
        writeFileSync(join(at, '$(touch x) "ü.csv'), "a,b\n");
        writeFileSync(join(at, "sub ü/new\nline"), "");
        symlinkSync("sub ü/new\nline", join(at, "link"));
        symlinkSync("sub ü", join(at, "folder-link"));
        change?.(at);
        return at;
      };
      const relink = (at: string, name: string, target: string): void => {
        renameSync(join(at, name), join(folder, `was ${name} of ${target.length}`));
        symlinkSync(target, join(at, name));
      };
      const base = make("base");
      const same = make("same", (at) => utimesSync(join(at, '$(touch x) "ü.csv'), 1, 1));
      const others = [
        make("content", (at) => writeFileSync(join(at, "sub ü/new\nline"), "x")),
        make("name", (at) => renameSync(join(at, "sub ü/new\nline"), join(at, "sub ü/new line"))),
        make("place", (at) => renameSync(join(at, "sub ü/new\nline"), join(at, "new\nline"))),
        make("more", (at) => writeFileSync(join(at, "empty"), "")),
        make("link", (at) => relink(at, "link", "elsewhere")),
        make("folder-link", (at) => relink(at, "folder-link", "..")),
      ];
      const missing = join(folder, "missing");
      const { hashes } = (await run(join(folder, "r"), { hash: [base, same, ...others, missing] })).results;
      expect(hashes[base]).toMatchObject({ files: 4, bytes: 4 });
      expect(hashes[same]).toEqual(hashes[base]);
      const all = [base, ...others].map((at) => hashes[at]?.sha256);
      expect(new Set(all).size).toBe(others.length + 1);
      expect(hashes).not.toHaveProperty([missing]);
    }));

  test("has each file with its own hash, where that is asked for and there are not too many", () =>
    inFolder(async (folder) => {
      const at = join(folder, "few");
      const many = join(folder, "many");
      mkdirSync(join(at, "sub ü"), { recursive: true });
      mkdirSync(many);
      writeFileSync(join(at, "sub ü/a"), "x");
      symlinkSync("sub ü/a", join(at, "link"));
      for (let file = 0; file <= 10_000; file++) writeFileSync(join(many, String(file)), "");
      const told = (await run(join(folder, "r"), { hash: [at, many], listFiles: true })).results.hashes;
      expect(told[at]?.paths).toEqual({
        "sub ü/a": createHash("sha256").update("x").digest("hex"),
        link: createHash("sha256").update("link:sub ü/a").digest("hex"),
      });
      expect(told[many]).not.toHaveProperty("paths");
      const plain = (await run(join(folder, "r2"), { hash: [at, many] })).results.hashes;
      expect(plain[at]).not.toHaveProperty("paths");
      expect([plain[at]?.sha256, plain[many]?.sha256]).toEqual([told[at]?.sha256, told[many]?.sha256]);
    }));

  test("counts files by the endings of their names", () =>
    inFolder(async (folder) => {
      const at = join(folder, "data");
      mkdirSync(at);
      for (const name of ["1.PNG", "2.png", "a.csv.gz", "b.tar.gz", "v1.2", ".hidden", "README", "3.v2", "x.gz"]) {
        writeFileSync(join(at, name), "12");
      }
      const { hashes } = (await run(join(folder, "r"), { hash: [at] })).results;
      expect(hashes[at]?.kinds).toEqual([
        { suffix: "", files: 3, bytes: 6 },
        { suffix: ".png", files: 2, bytes: 4 },
        { suffix: ".csv.gz", files: 1, bytes: 2 },
        { suffix: ".gz", files: 1, bytes: 2 },
        { suffix: ".tar.gz", files: 1, bytes: 2 },
        { suffix: ".v2", files: 1, bytes: 2 },
      ]);
    }));

  test("exists for an empty folder, and includes files that a command has just written", () =>
    inFolder(async (folder) => {
      const out = join(folder, "out");
      const write = { name: "write", args: ["sh", "-c", 'echo model > "$1/model"', "sh", out] };
      const empty = await run(join(folder, "r1"), { folders: [out], hash: [out] });
      const written = await run(join(folder, "r2"), { folders: [out], hash: [out], commands: [write] });
      expect(empty.results.hashes[out]).toMatchObject({ files: 0, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(written.results.hashes[out]).toMatchObject({ files: 1, bytes: 6 });
    }));

  test("is that of a folder of any depth, and says what is too deep to be read", () =>
    inFolder(async (folder) => {
      const nested = (levels: number) =>
        `import os\nos.chdir('${folder}')\nfor level in range(${levels}):\n  os.mkdir('d'); os.chdir('d')\nopen('file', 'w').write('x')`;
      const top = join(folder, "d");
      const deep = [{ name: "train", args: ["python3", "-c", nested(1_100)] }];
      expect((await run(join(folder, "r1"), { commands: deep, hash: [top] })).results).toMatchObject({
        commands: [{ exitCode: 0 }],
        hashes: { [top]: { files: 1, bytes: 1 } },
      });
      rmSync(top, { recursive: true });
      const deeper = [{ name: "train", args: ["python3", "-c", nested(2_100)] }];
      const { results } = await run(join(folder, "r2"), { commands: deeper, hash: [top] });
      expect(results).toMatchObject({
        commands: [
          { exitCode: 1, stopped: expect.stringMatching(/^\/.{100,200}… cannot be read: File name too long$/) },
        ],
        hashes: {},
      });
      // Node cannot name what is that deep.
      execFileSync("rm", ["-r", top]);
    }));

  test.each([
    ["a named pipe", "import os; os.mkfifo('PATH')"],
    ["a socket", "import socket; socket.socket(socket.AF_UNIX).bind('PATH')"],
  ])("is not made of %s, which is told instead of read", (what, script) =>
    inFolder(async (folder) => {
      const model = join(folder, "m");
      const path = join(model, "x");
      mkdirSync(model);
      const commands = [{ name: "train", args: ["python3", "-c", script.replace("PATH", path)] }];
      const { results } = await run(join(folder, "out"), { commands, hash: [model] });
      expect(results).toMatchObject({
        commands: [{ exitCode: 1, stopped: `${path} is ${what}: only files, folders and links can be kept` }],
        hashes: {},
      });
    }),
  );
});
