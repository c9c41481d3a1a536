import { existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandsReportSchema } from "../../../src/containers/commands.ts";
import { parseJson } from "../../../src/json.ts";
import { inFolder, python } from "./python.ts";

interface Wanted {
  readonly commands?: readonly { name: string; args: string[]; env?: Record<string, string>; save?: string }[];
  readonly stopAtFailure?: boolean;
  readonly folders?: readonly string[];
  readonly hash?: readonly string[];
}

async function run(results: string, { commands = [], stopAtFailure = false, folders = [], hash = [] }: Wanted) {
  const made = await python("run_commands.py", JSON.stringify({ results, stopAtFailure, folders, hash, commands }));
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
      expect(tail.length).toBeLessThanOrEqual(64 * 1024);
    }));
});

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

  test("exists for an empty folder, and includes files that a command has just written", () =>
    inFolder(async (folder) => {
      const out = join(folder, "out");
      const write = { name: "write", args: ["sh", "-c", 'echo model > "$1/model"', "sh", out] };
      const empty = await run(join(folder, "r1"), { folders: [out], hash: [out] });
      const written = await run(join(folder, "r2"), { folders: [out], hash: [out], commands: [write] });
      expect(empty.results.hashes[out]).toMatchObject({ files: 0, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
      expect(written.results.hashes[out]).toMatchObject({ files: 1, bytes: 6 });
    }));
});
