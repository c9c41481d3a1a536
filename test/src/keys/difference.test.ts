import { expect, test } from "vitest";
import {
  commonParts,
  differencesOf,
  fileDifference,
  type KeyRecord,
  settingDifferences,
} from "../../../src/keys/difference.ts";
import { differenceClauses } from "../../../src/keys/words.ts";

/** @param files by the names of the parts that they make */
const key = (parts: Record<string, string>, files: Record<string, Record<string, string>> = {}): KeyRecord => {
  const hashed = Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, hashOf(name, text)]));
  const lists = Object.entries(files).map(([name, list]) => [hashed[name] ?? "", list]);
  return { parts: hashed, inputs: { files: Object.fromEntries(lists), settings: {} } };
};
const hashOf = (name: string, text: string): string =>
  ["source", "data", "dependencies", "baseline", "command", "settings", "train"].includes(name)
    ? `sha256:${name}-${text}`
    : text;
const clauses = (before: KeyRecord, after: KeyRecord): string[] => differenceClauses(differencesOf(before, after));

test("keys of the same parts do not differ", () => {
  const one = key({ source: "a", epochs: "10" }, { source: { "src/a.py": "1" } });
  expect(differencesOf(one, one)).toEqual([]);
  expect(commonParts(one.parts, { source: "sha256:source-a", epochs: "11", device: "cpu" })).toEqual(["source"]);
});

test("files differ by their contents, and by being there", () => {
  expect(fileDifference({ b: "1", a: "1", gone: "1" }, { new: "1", b: "2", a: "1" })).toEqual({
    ...{ changed: ["b"], added: ["new"], removed: ["gone"] },
  });
  // Names of what every object inherits are names of files as well.
  expect(fileDifference({}, { constructor: "1" }).added).toEqual(["constructor"]);
});

test.each<[string, KeyRecord, KeyRecord, string[]]>([
  [
    "a file of the source",
    key({ source: "a", data: "d" }, { source: { "src/a.py": "1", "src/b.py": "1" } }),
    key({ source: "b", data: "d" }, { source: { "src/a.py": "2", "src/b.py": "1" } }),
    ["src/a.py changed"],
  ],
  [
    "files that came, went and changed",
    key({ source: "a" }, { source: { "src/a.py": "1", "src/b.py": "1", "src/old.py": "1" } }),
    key({ source: "b" }, { source: { "src/a.py": "2", "src/b.py": "2", "src/new.py": "1" } }),
    ["src/a.py and src/b.py changed", "src/new.py was added", "src/old.py was removed"],
  ],
  [
    "a file of the data",
    key({ data: "a" }, { data: { "train.csv": "1" } }),
    key({ data: "b" }, { data: { "train.csv": "2" } }),
    ["train.csv of the data changed"],
  ],
  [
    "more files than anybody reads",
    key({ data: "a" }, { data: {} }),
    key({ data: "b" }, { data: Object.fromEntries(Array.from({ length: 1005 }, (_, i) => [`${1000 + i}.png`, "1"])) }),
    ["1000.png, 1001.png, 1002.png, 1003.png, 1004.png and 1,000 more files of the data were added"],
  ],
  [
    "requirements that lie among the code, once",
    key({ source: "a", dependencies: "a" }, { source: { r: "1" }, dependencies: { r: "1" } }),
    key({ source: "b", dependencies: "b" }, { source: { r: "2" }, dependencies: { r: "2" } }),
    ["r changed"],
  ],
  [
    "such requirements, and code",
    key({ source: "a", dependencies: "a" }, { source: { r: "1", s: "1" }, dependencies: { r: "1" } }),
    key({ source: "b", dependencies: "b" }, { source: { r: "2", s: "2" }, dependencies: { r: "2" } }),
    ["s changed", "r changed"],
  ],
  [
    "files that one side does not list",
    key({ source: "a" }, { source: { s: "1" } }),
    key({ source: "b" }),
    ["the source changed (the files of both runs are not listed)"],
  ],
  [
    "a setting of the dependencies",
    key({ dependencies: "a" }, { dependencies: { r: "1" } }),
    key({ dependencies: "b" }, { dependencies: { r: "1" } }),
    ["what is installed changed, in none of the files that the reports list"],
  ],
  [
    "options",
    key({ epochs: "10", device: "cpu", image: "python:3.11-slim" }),
    key({ epochs: "20", device: "gpu", image: "python:3.12-slim" }),
    [
      "epochs went from 10 to 20",
      "device went from cpu to gpu",
      "image went from python:3.11-slim to python:3.12-slim",
    ],
  ],
  ["a command that came", key({}), key({ command: "a" }), ["its command was set"]],
  ["a command that went", key({ command: "a" }), key({}), ["its command was taken away"]],
  ["another accepted model", key({ baseline: "a" }), key({ baseline: "b" }), ["another one"]],
  ["an accepted model", key({}), key({ baseline: "b" }), ["there is an accepted model now"]],
  ["a part of a later version", key({}), key({ seed: "7" }), ["seed came in with 7"]],
  [
    "a name that would break the line",
    key({ source: "a" }, { source: {} }),
    key({ source: "b" }, { source: { "a\u001b[31m\nb": "1" } }),
    ["a b was added"],
  ],
])("a difference is told: %s", (_name, before, after, words) => {
  const told = clauses(before, after);
  expect(told).toHaveLength(words.length);
  for (const [index, one] of words.entries()) expect(told[index]).toContain(one);
});

test("settings are told one by one, with their values", () => {
  const record = (settings: Record<string, unknown>, hash: string): KeyRecord => ({
    ...{ parts: { settings: hash }, inputs: { files: {}, settings: { [hash]: settings } } },
  });
  const before = record({ "lint.tools": ["ruff"], "test.args": [], same: 1 }, "sha256:a");
  const after = record({ "lint.tools": ["black"], same: 1, "data.label": "y" }, "sha256:b");
  expect(clauses(before, after)).toEqual([
    'data.label was set to "y"',
    'lint.tools went from ["ruff"] to ["black"]',
    "test.args was taken away, which was []",
  ]);
  expect(clauses({ ...before, inputs: { files: {}, settings: {} } }, after)[0]).toContain("do not list those");
  expect(settingDifferences({ a: { b: 1, c: 2 } }, { a: { c: 2, b: 1 } })).toEqual([]);
  const many = (value: number): Record<string, unknown> =>
    Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`a${index}`, value]));
  expect(clauses(record(many(1), "sha256:a"), record(many(2), "sha256:b")).at(-1)).toBe("4 more settings changed");
});

test("an earlier stage passes on that its inputs changed", () => {
  const stages = new Set(["train"]);
  const differences = differencesOf(key({ train: "a" }), key({ train: "b" }), stages);
  expect(differences.map(({ kind }) => kind)).toEqual(["stage"]);
  expect(differenceClauses(differences)).toEqual(["what train depends on changed"]);
});
