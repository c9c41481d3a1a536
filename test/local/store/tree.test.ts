import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cleanPath,
  diff,
  digestOf,
  emptyTree,
  entriesAt,
  filterTree,
  find,
  glob,
  mergeTree,
  subtree,
  treeOf,
  withDirectory,
  withFile,
  without,
  withSymlink,
} from "../../../local/store/tree.ts";
import type { Tree } from "../../../local/store/types.ts";

const file = (sha256: string) => ({ sha256, size: 1 });
const paths = (tree: Tree): readonly string[] => tree.entries.map((entry) => entry.path);
const make = (...names: string[]): Tree => names.reduce((tree, name) => withFile(tree, name, file(name)), emptyTree);

describe("trees", () => {
  it("have one digest for equal content, in any order", () => {
    expect(make("a/b", "c").digest).toBe(make("c", "a/b").digest);
    expect(make("a/b").digest).not.toBe(make("a/c").digest);
    expect(digestOf(emptyTree.entries)).toBe(emptyTree.digest);
  });

  it("do not confuse a newline in a name with two names", () => {
    expect(make("a\nb").digest).not.toBe(make("a", "b").digest);
    expect(withSymlink(emptyTree, "x", "y").digest).not.toBe(withFile(emptyTree, "x", file("y")).digest);
  });

  it("add the directories above a file", () => {
    expect(paths(make("a/b/c"))).toEqual(["a", "a/b", "a/b/c"]);
  });

  it("list direct entries, also beside names that sort among them", () => {
    const tree = make("a/x", "a-b", "a/y/z", "a.c");
    expect(entriesAt(tree, "a").map((entry) => entry.name)).toEqual(["x", "y"]);
    expect(entriesAt(tree).map((entry) => entry.name)).toEqual(["a", "a-b", "a.c"]);
    expect(paths(subtree(tree, "a"))).toEqual(["x", "y", "y/z"]);
    expect(() => subtree(tree, "a-b")).toThrow("is a file, not a directory");
    expect(() => subtree(tree, "nope")).toThrow('no directory "nope"');
  });

  it("unite directories and replace everything else", () => {
    const merged = mergeTree(make("d/old", "d/same", "f"), "d", make("same/deep", "new"));
    expect(paths(merged)).toEqual(["d", "d/new", "d/old", "d/same", "d/same/deep", "f"]);
    expect(paths(withFile(make("d/x", "d/y"), "d", file("now a file")))).toEqual(["d"]);
    expect(paths(withDirectory(make("a"), "e/f"))).toEqual(["a", "e", "e/f"]);
  });

  it("remove paths with their content, and what globs match", () => {
    expect(paths(without(make("a/b", "a/c/d", "e"), ["a/c"]))).toEqual(["a", "a/b", "e"]);
    expect(paths(without(make("a.pyc", "b/c.pyc", "b/d"), ["**/*.pyc"]))).toEqual(["b", "b/d"]);
    expect(paths(without(make("a[1]", "b"), ["a[1]"]))).toEqual(["b"]);
  });

  it("find by glob", () => {
    expect(glob(make("a.py", "src/b.py", "src/c.txt"), "**/*.py")).toEqual(["a.py", "src/b.py"]);
    expect(glob(make("a.py", "src/b.py"), "*.py")).toEqual(["a.py"]);
  });

  it("tell what changed", () => {
    const changed = withFile(make("a", "b"), "a", file("other"));
    expect(paths(diff(make("a", "b"), changed))).toEqual(["a"]);
    expect(diff(changed, changed).digest).toBe(emptyTree.digest);
  });

  it("refuse a path that leaves them", () => {
    expect(cleanPath("./a/../b//c/")).toBe("b/c");
    expect(() => cleanPath("a/../../b")).toThrow("leaves its directory");
  });

  it("give back by subtree what was merged", () => {
    const names = fc.uniqueArray(fc.constantFrom("a", "b/c", "b/d", "e/f/g", "$(touch x)", '"ü\n.csv', "-rf"));
    fc.assert(
      fc.property(names, names, (base, added) => {
        const tree = make(...added);
        const merged = mergeTree(make(...base), "some/where", tree);
        expect(subtree(merged, "some/where").digest).toBe(tree.digest);
        expect(digestOf(treeOf([...merged.entries].reverse()).entries)).toBe(merged.digest);
        for (const name of base) expect(find(merged, name)).toBeDefined();
        expect(filterTree(merged, { exclude: ["some"] }).digest).toBe(make(...base).digest);
      }),
    );
  });
});
