import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileFilter } from "../../../local/store/filter.ts";
import { filterTree, treeOf } from "../../../local/store/tree.ts";
import type { TreeFilter } from "../../../local/store/types.ts";

const keeps = (filter: TreeFilter, path: string): boolean => compileFilter(filter).keeps(path);
const excludes = (pattern: string, path: string): boolean => !keeps({ exclude: [pattern] }, path);

describe("patterns", () => {
  it.each([
    ["data", "data", true],
    ["data", "data/x.csv", true],
    ["data", "src/data", false],
    ["data/", "data/x.csv", true],
    ["./data", "data", true],
    ["/data", "data", false],
    ["**/__pycache__", "__pycache__", true],
    ["**/__pycache__", "a/b/__pycache__/c.pyc", true],
    ["*.pyc", "a.pyc", true],
    ["*.pyc", "a/b.pyc", false],
    ["**/*.pyc", "a/b.pyc", true],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["a/**", "a", false],
    ["a/**", "a/x", true],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["a\\*", "a*", true],
    ["a\\*", "ab", false],
    ["$(touch x)", "$(touch x)", true],
    ["a.c", "abc", false],
    ["", "a", false],
  ])("exclude %j matches %j: %j", (pattern, path, taken) => {
    expect(excludes(pattern, path)).toBe(taken);
  });

  it("includes again with !, and the last match decides", () => {
    const filter = { exclude: ["data", "!data/keep.csv", "data/keep.csv.old"] };
    expect(keeps(filter, "data/other")).toBe(false);
    expect(keeps(filter, "data/keep.csv")).toBe(true);
    expect(keeps(filter, "data/keep.csv.old")).toBe(false);
  });

  it("with include, only what matches counts, and exclude takes from it", () => {
    const filter = { include: ["src", "*.toml"], exclude: ["**/*.pyc"] };
    expect(["src/a.py", "pyproject.toml", "src/a.pyc", "tests/a.py"].map((path) => keeps(filter, path))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("leads into no directory whose files a later pattern excludes once more", () => {
    const { keeps, mayKeepBelow } = compileFilter({ exclude: ["**", "!**/a.toml", "**/node_modules"] });
    expect(["src", "src/node_modules", "node_modules"].map(mayKeepBelow)).toEqual([true, false, false]);
    expect(["src/a.toml", "src/b.toml", "node_modules/x/a.toml"].map(keeps)).toEqual([true, false, false]);
  });

  it("names a pattern that cannot be understood", () => {
    expect(() => compileFilter({ exclude: ["a[b"] })).toThrow('"a[b"');
  });
});

/** Implements the same rules in a slow and simple way, one component after the other. */
function slowMatch(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === "**") {
    const least = rest.length === 0 ? 1 : 0;
    for (let taken = least; taken <= path.length; taken++) if (slowMatch(rest, path.slice(taken))) return true;
    return false;
  }
  const [head, ...tail] = path;
  return head !== undefined && slowComponent([...first], [...head]) && slowMatch(rest, tail);
}

function slowComponent(pattern: readonly string[], text: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === "*") return slowComponent(rest, text) || (text.length > 0 && slowComponent(pattern, text.slice(1)));
  return text.length > 0 && (first === "?" || first === text[0]) && slowComponent(rest, text.slice(1));
}

function slowKeeps({ include, exclude = [] }: TreeFilter, path: string): boolean {
  const parts = path.split("/");
  const matched = (patterns: readonly string[]): boolean => {
    let answer = false;
    for (const text of patterns) {
      const pattern = text.replace(/^!/, "").split("/");
      if (parts.some((_, index) => slowMatch(pattern, parts.slice(0, index + 1)))) answer = !text.startsWith("!");
    }
    return answer;
  };
  return (!include || include.length === 0 || matched(include)) && !matched(exclude);
}

const component = fc.constantFrom("a", "b", "ab", "c");
const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const pattern = fc
  .tuple(
    fc.constantFrom("", "", "!"),
    fc.array(fc.oneof(component, fc.constantFrom("*", "**", "a*", "?", "*b")), { minLength: 1, maxLength: 4 }),
  )
  .map(([negation, parts]) => negation + parts.join("/"));
const filter = fc.record({
  include: fc.option(fc.array(pattern, { maxLength: 2 }), { nil: undefined }),
  exclude: fc.array(pattern, { maxLength: 4 }),
});

describe("any filter", () => {
  it("keeps what the rules say", () => {
    fc.assert(
      fc.property(filter, fc.array(path, { maxLength: 8 }), ({ include, exclude }, paths) => {
        const given = include ? { include, exclude } : { exclude };
        const matcher = compileFilter(given);
        for (const one of paths) expect(matcher.keeps(one)).toBe(slowKeeps(given, one));
      }),
      { numRuns: 2000 },
    );
  });

  it("looks into every directory that has something to keep", () => {
    fc.assert(
      fc.property(filter, path, ({ include, exclude }, one) => {
        const matcher = compileFilter(include ? { include, exclude } : { exclude });
        if (!matcher.keeps(one)) return;
        const parts = one.split("/");
        for (let length = 1; length < parts.length; length++)
          expect(matcher.mayKeepBelow(parts.slice(0, length).join("/"))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives a tree in which every file has its directories", () => {
    fc.assert(
      fc.property(filter, fc.uniqueArray(path, { maxLength: 8 }), ({ include, exclude }, paths) => {
        const files = paths.filter((one) => !paths.some((other) => other.startsWith(`${one}/`)));
        const tree = treeOf(files.map((one) => ({ path: one, type: "file", sha256: "0", size: 0, mode: 0o644 })));
        const kept = filterTree(tree, include ? { include, exclude } : { exclude });
        const known = new Set(kept.entries.map((entry) => entry.path));
        for (const { path: one } of kept.entries)
          if (one.includes("/")) expect(known.has(one.slice(0, one.lastIndexOf("/")))).toBe(true);
      }),
    );
  });
});
