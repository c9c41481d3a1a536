import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { repository } from "../../../local/base/repository.ts";
import { engineCommand } from "../../../local/sandbox/enter.ts";
import { fixturePath, temporaryFolder, testCache } from "../fixture.ts";
import { become, can, nobody } from "../sandbox/people.ts";

// Each test starts the whole program, and the first one reads the module. On a busy machine that takes a while.
vi.setConfig({ testTimeout: 60_000 });

const program = join(repository, "bin/ml-pipeline");

interface Setting {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** How a shell redirects its output. */
  readonly to?: string;
}

/** Runs the program as a person would, with the fixture as its module and a cache that the tests share. */
function run(words: readonly string[], { cwd = temporaryFolder(), env = {}, to = "" }: Setting = {}) {
  const command = [program, "--engine=local", "-m", fixturePath, ...words];
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `"$@" ${to}`, "sh", ...command], {
    cwd,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: cwd, XDG_CACHE_HOME: join(testCache, "home"), CI: "true", ...env },
  });
  return { status, stdout, stderr };
}

function project(): string {
  const path = temporaryFolder();
  mkdirSync(join(path, "data"));
  writeFileSync(join(path, "data/rows.csv"), "a,b\n");
  writeFileSync(join(path, "requirements.txt"), "");
  writeFileSync(join(path, "unique.txt"), path);
  return path;
}

describe("exit codes", () => {
  test.each([
    [["--version"], 0, "stdout", /^ml-pipeline \d+\.\d+\.\d+ \(Dagger API v0\.\d+\.\d+\)\n$/],
    [["functions"], 0, "stdout", /^greet {3}Says hello\.$/m],
    [["gret"], 2, "stderr", /did you mean greet\?/],
    [["greet", "--times=x"], 2, "stderr", /^ml-pipeline: --times=x: expected a whole number, such as 10$/m],
    [["check", "tidyy"], 2, "stderr", /no check tidyy; did you mean tidy\?/],
    [["cache", "purge"], 2, "stderr", /usage: ml-pipeline cache info/],
    [["session"], 2, "stderr", /usage: ml-pipeline session/],
    [["session", "--help"], 0, "stdout", /^ {2}ml-pipeline session .* -- COMMAND/m],
    [["session", "--", "printf", "%s", "--help"], 0, "stdout", /^--help$/],
    [["cache", "prune", "-h"], 0, "stdout", /--keep=SIZE +how much/],
    [["check", "--help"], 0, "stdout", /^ {2}ml-pipeline check \[NAME …\]$/m],
    [["session", "--", "sh", "-c", "exit 7"], 7, "stdout", /^$/],
    [["broken"], 1, "stderr", /\n\nnothing works\n$/],
    [["doctor"], 0, "stdout", /^There is no project here: only the host was checked/m],
    [["doctor"], 0, "stdout", /^ {2}seccomp filter {4}(on|off \(.+\))$/m],
    [["check", "tidy"], 0, "stdout", /^✓ tidy/],
    [["check"], 1, "stdout", /✗ broken\n {2}nothing works\n/],
  ] as const)("%j: %d", (words, status, stream, text) => {
    const result = run(words);
    expect(result[stream]).toMatch(text);
    expect(result.status).toBe(status);
    expect(result.stderr).not.toMatch(/^\s+at .*\(.*:\d+:\d+\)$/m);
  });
});

test("the result alone is on standard output, without escape codes in either stream", () => {
  const { stdout, stderr } = run(["greet", "--times=2"], { env: { ML_PIPELINE_TEST: String(Math.random()) } });
  expect(stdout).toBe("Hello, world!\nHello, world!\n");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what must not be there
  expect(stdout + stderr).not.toMatch(/\u001b/);
});

test("a repeated call is answered from the cache, wherever its export goes; a pruned one is carried out again", () => {
  const cwd = project();
  const exported = (path: string) => run(["run", "report", "export", `--path=${path}`], { cwd: join(cwd, "data") });
  const [first, second] = [join(temporaryFolder(), "out"), join(temporaryFolder(), "deep/out")];
  expect(exported(first)).toMatchObject({ status: 0, stdout: `${first}\n` });
  expect(readFileSync(join(first, "recipe.txt"), "utf8")).toBe("rate 0");

  const again = exported(second);
  expect(again).toMatchObject({ status: 0, stdout: `${second}\n` });
  expect(again.stderr).toMatch(/cached, .* \(local engine\)/);
  expect(readFileSync(join(second, "recipe.txt"), "utf8")).toBe("rate 0");

  rmSync(join(testCache, "home/ml-pipeline/trees"), { recursive: true });
  rmSync(first, { recursive: true });
  expect(exported(first)).toMatchObject({ status: 0, stdout: `${first}\n` });
  expect(readFileSync(join(first, "recipe.txt"), "utf8")).toBe("rate 0");
});

test("an error about an export leaves nothing behind", () => {
  const cwd = project();
  expect(run(["run", "report", "export", "--path=/"], { cwd })).toMatchObject({ status: 2 });
  writeFileSync(join(cwd, "taken"), "mine");
  const result = run(["run", "report", "export", "--path=taken"], { cwd });
  expect(result.status).toBe(2);
  expect(readFileSync(join(cwd, "taken"), "utf8")).toBe("mine");
});

describe("where a result cannot go is told before the work for it", () => {
  test.each([
    [["run", "report", "export"], "--path=taken", "taken is a file, not a folder"],
    [["run", "report", "export"], "--path=taken/x", "taken is a file, so there can be no folder"],
    [["run", "report", "export"], "--path=/proc/x", "/proc is a part of the kernel's proc"],
    [["run", "report"], "--output=taken/x", "taken is a file, so there can be no folder"],
    [["greet"], "--output=taken/x", "taken is a file, not a folder"],
    [["greet"], "--output=folder", "--output=folder: is a folder; name a file in it"],
    [["greet"], "--output=/proc/x", "/proc is a part of the kernel's proc"],
  ])("%j %s", (words, flag, message) => {
    const cwd = project();
    writeFileSync(join(cwd, "taken"), "mine");
    mkdirSync(join(cwd, "folder"));
    const { status, stderr } = run([...words, flag], { cwd });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/local engine|^\s+at /m);
    expect(status).toBe(2);
  });
});

describe("an answer that cannot be written is a failure", () => {
  test.each([
    ["--version"],
    ["--help"],
    ["functions"],
    ["greet --help"],
    ["doctor"],
    ["cache info"],
    ["cache info --json"],
    ["greet"],
    ["check tidy"],
    ["greet --output=/dev/full"],
  ])("%s", (words) => {
    const { status, stderr } = run(words.split(" "), { to: ">/dev/full" });
    expect(stderr).toContain("the disk that it is on is full");
    expect(status).toBe(2);
  });

  test("a closed standard output is told", () => {
    const { status, stderr } = run(["functions"], { to: ">&-" });
    expect(stderr).toMatch(/^ml-pipeline: standard output is closed/);
    expect(status).toBe(2);
  });

  test.each(["2>/dev/full", "2>&-"])("what is said on the way is not: %s", (to) => {
    const env = { ML_PIPELINE_TEST: String(Math.random()) };
    expect(run(["greet"], { to, env })).toEqual({ status: 0, stdout: "Hello, world!\n", stderr: "" });
  });
});

test("--output writes what is printed, or exports", () => {
  const cwd = project();
  expect(run(["-o", "greeting", "greet"], { cwd })).toMatchObject({ status: 0, stdout: "" });
  expect(readFileSync(join(cwd, "greeting"), "utf8")).toBe("Hello, world!\n");
  run(["run", "report", "--output=report"], { cwd });
  expect(existsSync(join(cwd, "report/recipe.txt"))).toBe(true);
});

test("a deprecated flag still works, and one notice says what to use instead", () => {
  const cwd = project();
  const deploy = (...words: string[]) => run(["deploy", "--image=x", "--dry=maybe", ...words], { cwd }).stderr;
  const notice = "ml-pipeline: --who of deploy is deprecated: Set --who before the function.\n";
  const refused = "ml-pipeline: --dry=maybe: expected true or false\n";
  expect(deploy("--who=bob")).toBe(notice + refused);
  expect(deploy("--who=bob", "--progress=quiet")).toBe(refused);
  expect(deploy()).toBe(refused);
});

test("another program gets one line for each function", () => {
  const lines = run(["functions"]).stdout.trimEnd().split("\n");
  expect(lines).toHaveLength(7);
  expect(lines).toContain("deploy  Goes out into the world: never answered from the cache.");
});

test("it is found through links", () => {
  const folder = temporaryFolder();
  symlinkSync(program, join(folder, "first"));
  symlinkSync("first", join(folder, "second"));
  const { stdout, stderr } = spawnSync(join(folder, "second"), ["--version"], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toContain("ml-pipeline");
});

test("Ctrl-C ends a session's command and exits as that does", async () => {
  const words = ["-m", fixturePath, "session", "--", "sh", "-c", "echo started; exec sleep 30"];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"], detached: true });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  const ended = new Promise((resolve) => child.once("close", (code) => resolve(code)));
  process.kill(-(child.pid ?? 0), "SIGINT");
  expect(await ended).toBe(130);
});

test("with an engine that answers, dagger is called with the same words", () => {
  const cwd = project();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "dagger"), '#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n');
  chmodSync(join(folder, "dagger"), 0o755);
  const { status, stdout, stderr } = spawnSync(
    program,
    ["-m", fixturePath, "run", "--json", "--progress=plain", "report", "entries"],
    {
      cwd,
      encoding: "utf8",
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        XDG_CACHE_HOME: join(testCache, "home"),
        _EXPERIMENTAL_DAGGER_RUNNER_HOST: "kube-pod://engine",
      },
    },
  );
  expect(stderr).toMatch(/^ml-pipeline: Dagger engine \(dagger is on the PATH, kube-pod:\/\/engine answers\)$/m);
  expect(stdout.split("\n")).toEqual([
    "call",
    "-m",
    fixturePath,
    "--json",
    "run",
    `--source=${cwd}`,
    `--data=${cwd}/data`,
    "report",
    "entries",
    "--progress=plain",
    "",
  ]);
  expect(status).toBe(3);
});

test("a cache that has filled its disk says so, and can be pruned", () => {
  const words = [program, "--engine=local", "-m", fixturePath];
  // The session leaves something to prune; what it leaves of Node's compiled code makes the room for it.
  const steps = [
    "set -e",
    'mount -t tmpfs -o size=64m none "$PWD"; cd "$PWD"',
    "mountpoint -q . || exit 9",
    "set +e",
    'XDG_CACHE_HOME=$PWD "$@" session -- true',
    "mkdir ml-pipeline/images/kept; head -c 20000000 /dev/zero >ml-pipeline/images/kept/layer",
    "head -c 70000000 /dev/zero >filler 2>/dev/null",
    'XDG_CACHE_HOME=$PWD "$@" session -- true',
    "echo $?",
    'XDG_CACHE_HOME=$PWD "$@" cache prune',
    'XDG_CACHE_HOME=$PWD "$@" session -- echo again',
  ];
  const { command } = engineCommand(["sh", "-c", steps.join("\n"), "sh", ...words]);
  const [unshare = "", ...args] = command;
  const env = { PATH: process.env.PATH, HOME: "/nonexistent", CI: "true" };
  const { stdout, stderr } = spawnSync(unshare, args, { cwd: temporaryFolder(), encoding: "utf8", env });
  expect(stderr).toMatch(/the disk of the cache \(.*\) is full: free some of it, or type: ml-pipeline cache prune$/m);
  expect(stdout).toMatch(/^1\nfreed 20\.0 MB\nagain$/m);
});

test("doctor says of the network what a session would", () => {
  // A device that is there and does not work.
  const steps = ["mount --bind /dev/null /dev/net/tun || exit 9", '"$@"'];
  const { command } = engineCommand(["sh", "-c", steps.join("\n"), "sh", program, "--engine=local", "doctor"]);
  const [unshare = "", ...args] = command;
  const { status, stdout } = spawnSync(unshare, args, { encoding: "utf8" });
  // There is no such device here.
  if (status === 9) return;
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "network containers can have none of their own (slirp4netns does not start): ",
  );
});

test.runIf(can(nobody))("a file that this user may not read is told with its flag", () => {
  const home = temporaryFolder();
  chownSync(home, Number(nobody.uid), Number(nobody.uid));
  const folder = temporaryFolder();
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, "secret"), "", { mode: 0o600 });
  const told = (path: string): string => {
    const [command = "", ...args] = [...become(nobody, home), program, "--engine=local", "-m", fixturePath];
    // A cache of the caller's is none of this user's.
    const { XDG_CACHE_HOME: _, ...env } = process.env;
    return spawnSync(command, [...args, "words", `--text=${path}`], { cwd: "/", encoding: "utf8", env }).stderr;
  };
  expect(told(join(folder, "secret"))).toContain(`--text=${folder}/secret: this user may not read it`);
  expect(told(join(folder, "missing"))).toContain(`--text=${folder}/missing: no such file\n`);
  chmodSync(folder, 0o700);
  expect(told(join(folder, "secret"))).toContain(`--text=${folder}/secret: this user may not read it`);
});
