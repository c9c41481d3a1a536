import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { convertCall } from "../../../local/cli/call/convert.ts";
import { parseCall } from "../../../local/cli/call/parse.ts";
import { callKey, findAnswer, keepAnswer, lifetime } from "../../../local/runner/call-cache.ts";
import type { LoadedModule } from "../../../local/runner/module/types.ts";
import { callContext, options, sample, temporaryFolder } from "../fixture.ts";

function project() {
  const path = temporaryFolder();
  mkdirSync(join(path, "data"));
  mkdirSync(join(path, "src/data"), { recursive: true });
  writeFileSync(join(path, "train.py"), "epochs = 1\n");
  writeFileSync(join(path, "data/rows.csv"), "a,b\n");
  return path;
}

const env = { TOKEN: "first" };
const call = (cwd: string, ...words: string[]) =>
  convertCall(parseCall(words, sample, options()), callContext(cwd, env));
const key = async (cwd: string, words: string, module: LoadedModule = sample) =>
  await callKey(module, call(cwd, ...words.split(" ")), false, temporaryFolder());

describe("the key of a call", () => {
  test("is the same for the same content, whatever its folder and times", async () => {
    const [here, there] = [project(), project()];
    utimesSync(join(there, "train.py"), 0, 0);
    expect(await key(here, "run")).toBe(await key(there, "run"));
    expect(await key(here, "run --source=.")).toBe(await key(here, "run"));
    expect(await key(here, "run report export --path=a")).toBe(await key(here, "run report export --path=b"));
  });

  test("changes with the content, the arguments, the functions and the module", async () => {
    const path = project();
    const before = await key(path, "run");
    const others = [
      await key(path, "run --rate=0.7"),
      await key(path, "--who=bob run"),
      await key(path, "run report"),
      await key(path, "run", { ...sample, hash: "other" }),
    ];
    writeFileSync(join(path, "train.py"), "epochs = 2\n");
    others.push(await key(path, "run"));
    writeFileSync(join(path, "data/rows.csv"), "a,c\n");
    others.push(await key(path, "run"));
    expect(new Set([before, ...others]).size).toBe(7);
  });

  test("does not change with what the function ignores", async () => {
    const path = project();
    const before = await key(path, "run");
    mkdirSync(join(path, "src/__pycache__"));
    writeFileSync(join(path, "src/__pycache__/a.pyc"), "");
    mkdirSync(join(path, ".git"));
    writeFileSync(join(path, ".git/HEAD"), "");
    expect(await key(path, "run")).toBe(before);
    writeFileSync(join(path, "src/data/load.py"), "");
    expect(await key(path, "run")).not.toBe(before);
  });
});

describe("how long an answer is kept", () => {
  const days = (words: string) => lifetime(call(project(), ...words.split(" "))) / 86_400_000;

  test.each([
    ["greet", 7],
    ["run report export --path=out", 7],
    ["deploy --image=x", 0],
    ["run image publish --address=x", 0],
    ["run image export --path=x", 0],
    ["run image with-exec --args=true stdout", 7],
  ])("%s: %d days", (words, expected) => {
    expect(days(words)).toBe(expected);
  });

  test("an answer is found until it is too old", () => {
    const root = temporaryFolder();
    keepAnswer(root, "key", { at: Date.now() - 1000, stdout: "hello\n" });
    expect(findAnswer(root, "key", 2000)?.stdout).toBe("hello\n");
    expect(findAnswer(root, "key", 500)).toBeUndefined();
    expect(findAnswer(root, "other", 2000)).toBeUndefined();
  });
});
