import { describe, expect, test } from "vitest";
import { dockerignoreLines, dockerMatcher } from "../../../../src/project/ignore/docker.ts";
import { userError } from "../../support.ts";

const named = (patterns: readonly string[], path: string): boolean => dockerMatcher(patterns, ".dockerignore")(path);

/* What moby/patternmatcher says of these, which Docker and BuildKit read `.dockerignore` by. */
test.each<[pattern: string, named: string[], not: string[]]>([
  ["**", ["file", "dir/file"], []],
  ["**/", ["file", "dir/file"], []],
  ["**/**", ["dir/file"], []],
  ["dir/**", ["dir/file", "dir/dir2/file"], ["dir", "x/dir/file"]],
  ["**/dir", ["dir", "x/dir", "dir/file"], ["xdir"]],
  ["**/dir2/*", ["dir/dir2/file", "dir/dir2/file/x"], ["dir2"]],
  ["**/dir2/**", ["dir/dir2/dir3/file"], ["dir/dir2"]],
  ["**file", ["file", "dir/file", "dir/dir/file", "afile"], ["files"]],
  ["**/file*txt", ["dir/dir/file.txt"], ["dir/file.tx"]],
  ["**/**/*.txt", ["file.txt", "dir/dir/file.txt"], ["file.txt2"]],
  ["a**/*.txt", ["a/file.txt", "a/dir/dir/file.txt"], ["file.txt"]],
  ["a/*.txt", ["a/file.txt"], ["a/dir/file.txt"]],
  ["a/*.txt**", ["a/file.txt"], []],
  ["a[b-d]e", ["ace"], ["ae", "aae"]],
  ["a[^b-d]e", ["aze"], ["ace"]],
  [".*", [".foo", ".env/x"], ["foo", "x/.foo"]],
  ["abc.def", ["abc.def"], ["abcdef", "abcZdef"]],
  ["abc?def", ["abcZdef"], ["abcdef", "abc/def"]],
  ["**/foo/bar", ["foo/bar", "dir/dir2/foo/bar"], ["foo/x/bar"]],
  ["**/.foo", [".foo"], ["bar.foo"]],
  ["a(b)c/def", ["a(b)c/def"], ["a(b)c/xyz"]],
  ["a.|)$(}+{bc", ["a.|)$(}+{bc"], ["a.", "bc"]],
  ["dist/*.whl", ["dist/proxy.py-2.4.0rc3.dev36+g08acad9-py3-none-any.whl"], ["whl"]],
  ["a\\*b", ["a*b"], ["ab", "axb"]],
  ["a?b", ["a☺b", "a😀b"], ["a☺☺b"]],
  ["[a-ζ]*", ["α"], []],
  ["[\\]a]", ["]", "a"], ["b"]],
  // Classes hold ASCII alone.
  ["[[:upper:]]*", ["Ab", "Z"], ["ab", "É"]],
  ["[_[:digit:]]x", ["_x", "7x"], ["ax", ":x"]],
  ["[^[:alpha:].]", ["1", "É"], ["a", "."]],
  ["[[:^digit:]]x", ["ax", "Éx"], ["1x"]],
  ["[x\\-]", ["x", "-"], ["z"]],
  // A pattern is about the root alone, and takes what is below it along.
  ["data", ["data", "data/x/y"], ["src/data"]],
  ["./data//x/", ["data/x", "data/x/y"], ["data"]],
  ["*", ["a", "a/b"], []],
])("%s", (pattern, matching, not) => {
  expect(matching.filter((path) => !named([pattern], path))).toEqual([]);
  expect(not.filter((path) => named([pattern], path))).toEqual([]);
});

test.each<[patterns: string[], path: string, expected: boolean]>([
  [["docs", "!docs/README.md"], "docs/README.md", false],
  [["docs/*", "!docs/README.md"], "docs/x", true],
  [["*.go", "!a.go"], "a.go", false],
  [["!a.go", "*.go"], "a.go", true],
  [["**", "!util/docker/web"], "util/docker/web/foo", false],
  [["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", true],
  [["*", "!src"], "src/a/b.py", false],
  [["*", "!src", "src/a"], "src/a/b.py", true],
])("the last pattern decides: %j of %s", (patterns, path, expected) => {
  expect(named(patterns, path)).toBe(expected);
});

test.each(["!", "[", "[^bc", "a[", "[]a]", "[-]", "[x-]", "[a-b-c]", "\\", "[z-a]", "[[:letters:]]", "[[:alpha:]"])(
  "%s is refused",
  (pattern) => {
    expect(userError(() => dockerMatcher([pattern], ".dockerignore"))).toMatch(/^\.dockerignore: /);
  },
);

/** Docker on Linux takes the letter behind a backslash for a command of its own: the file would be in the image. */
test.each(["conf\\prod.env", "data\\raw", "keys\\x.pem", "a\\é", "[\\d]"])(
  "a path as on Windows is told: %s",
  (pattern) => {
    expect(userError(() => dockerMatcher([pattern], ".dockerignore"))).toContain("a slash is what parts folders");
  },
);

test.each([
  ["[z-a]", "a range in [] that ends before it begins"],
  ["[ab", "a [ without its ]"],
  ["x\\", "nothing follows the backslash"],
  ["[[:letters:]]", "there is no class [:letters:]"],
])("what is wrong with %s", (pattern, words) => {
  expect(userError(() => dockerMatcher([pattern], ".dockerignore"))).toBe(
    `.dockerignore: ${JSON.stringify(pattern)} is no pattern: ${words}.`,
  );
});

describe("the file", () => {
  test("is trimmed of what Go calls space", () => {
    expect(dockerignoreLines("\u00a0a\u3000\n\u0085b\u0085\nc\uFEFF\n\uFEFFd")).toEqual([
      ...["a", "b", "c\uFEFF", "\uFEFFd"],
    ]);
  });

  test("has a pattern a line, with a slash for the root, and remarks", () => {
    const text =
      "\uFEFFtest1\r\n/test2\n/a/file/here\n\n  lastfile \n# this is a comment\n ! /inverted/abs/path\n!\n! \n  # no comment";
    expect(dockerignoreLines(text)).toEqual([
      ...["test1", "test2", "a/file/here", "lastfile", "!inverted/abs/path", "!", "!", "# no comment"],
    ]);
  });
});
