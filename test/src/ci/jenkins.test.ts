import { expect, test } from "vitest";
import { CiEngine } from "../../../src/ci/system.ts";
import { CiSystem } from "../../../src/ci/systems.ts";
import { shownFiles } from "../../support/ci-files.ts";

const files = shownFiles(CiSystem.JENKINS, CiEngine.INCLUDED);
const all = [...files.values(), ...shownFiles(CiSystem.JENKINS, CiEngine.DAGGER).values()];

/** The text without its comments, and with each text of Groovy as one letter. */
const outline = (text: string): string =>
  text.replaceAll(/^\/\/.*$/gm, "").replaceAll(/'''(?:\\[\s\S]|(?!''')[^\\])*'''|'(?:\\.|[^'\\])*'/g, "T");

test("what the clock starts has a file of its own, since a build cannot tell which cron line started it", () => {
  expect([...files.keys()]).toEqual(["Jenkinsfile", "Jenkinsfile.retrain", "Jenkinsfile.monitor"]);
  const crons = [...files.values()].map((text) => text.match(/cron\(.*\)/g) ?? []);
  expect(crons).toEqual([[], ["cron('TZ=UTC\\n0 4 * * 1')"], ["cron('TZ=UTC\\n0 5 * * *')"]]);
});

test("Groovy puts no variable into any text", () => {
  for (const text of all) expect(outline(text)).not.toMatch(/["$`/]/);
});

test("all that is opened is closed, at the depth that the lines show", () => {
  for (const text of all) {
    const open: number[] = [];
    for (const line of outline(text).split("\n")) {
      const depth = line.search(/\S/);
      if (/^\s*\}/.test(line)) expect(open.pop()).toBe(depth);
      if (/\{$/.test(line)) open.push(depth);
    }
    expect(open).toEqual([]);
  }
});

test("a shell gets secrets where its call takes them, and nowhere else", () => {
  for (const text of all) {
    const [before = "", ...bound] = text.split("withCredentials([");
    expect(before).not.toContain("=env:");
    for (const part of bound) {
      const [bindings = "", inside = ""] = part.split("]) {");
      const [within = "", after = ""] = inside.split(/^ *\}\n/m);
      const names = [...bindings.matchAll(/variable: '(\w+)'/g)].map(([, name]) => name);
      expect([...within.matchAll(/=env:(\w+)/g)].map(([, name]) => name)).toEqual(names);
      expect(after).not.toContain("=env:");
    }
  }
});

test("nothing takes an agent or a lock before it is known to be wanted", () => {
  for (const text of all) {
    expect(text.match(/when \{/g)?.length ?? 0).toBe(text.match(/beforeAgent true/g)?.length ?? 0);
    expect(text.match(/when \{/g)?.length ?? 0).toBe(text.match(/beforeOptions true/g)?.length ?? 0);
  }
});

test("an engine is put beside the workspace, or installed, and is on the PATH of each shell that calls it", () => {
  for (const [engine, program, path] of [
    [CiEngine.INCLUDED, "ml-pipeline ", 'export PATH="$WORKSPACE_TMP/ml-pipeline/bin:$PATH"'],
    [
      CiEngine.DAGGER,
      "dagger --progress=plain -m github.com/OWNER/ml-pipeline@v0.1.0 call ",
      'export PATH="$HOME/.local/bin:$PATH"',
    ],
  ] as const) {
    for (const text of shownFiles(CiSystem.JENKINS, engine).values()) {
      const lines = text.split("\n").map((line) => line.trim());
      const calls = lines.flatMap((line, index) => (line.startsWith(program) ? [lines[index - 1]] : []));
      expect(calls.length).toBeGreaterThan(1);
      expect(new Set(calls)).toEqual(new Set([path]));
    }
  }
});
