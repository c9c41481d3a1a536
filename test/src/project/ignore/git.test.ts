import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gitRules, gitSays } from "../../../../src/project/ignore/git.ts";

/** Whether git ignores a file, by the lines of the `.gitignore` of the root: a folder that is ignored takes all in it along. */
function ignores(text: string, path: string): boolean {
  const rules = gitRules(text);
  const parts = path.split("/");
  return parts.some((_, index) => {
    const above = parts.slice(0, index + 1).join("/");
    return gitSays(rules, above, index + 1 < parts.length) === true;
  });
}

/* Each row was asked of `git check-ignore --no-index`. test/reference/gitignore.test.ts asks it of many more. */
test.each<[text: string, ignored: string[], kept: string[]]>([
  ["# a remark\n\n", [], ["# a remark"]],
  [".env", [".env", "conf/.env", ".env/x"], [".env.local", "x.env"]],
  [".env*", [".env", ".env.local", "conf/.env.prod"], ["x.env"]],
  ["/data", ["data", "data/x"], ["src/data/x"]],
  ["data/", ["data/x", "src/data/x"], ["data", "src/data"]],
  ["src/data", ["src/data/x", "src/data"], ["x/src/data"]],
  ["*.log", ["a.log", "x/b.log", "a.log/c"], ["a.log2"]],
  ["doc/*.txt", ["doc/a.txt"], ["doc/x/a.txt", "x/doc/a.txt"]],
  ["**/foo", ["foo", "a/b/foo", "foo/x"], ["afoo"]],
  ["foo/**", ["foo/a", "foo/a/b"], ["foo", "x/foo/a"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["ab", "x/a/b"]],
  // Text before the first special character is taken off, so that stars after it stand at the beginning.
  ["foo**/bar", ["foo/bar", "foox/y/bar"], ["bar"]],
  ["f?o", ["foo", "x/fxo"], ["fo", "f/o"]],
  // A letter of two bytes is not one character.
  ["?", ["a"], ["é"]],
  ["??", ["é", "ab"], ["a"]],
  ["[a-c]x", ["ax", "cx"], ["dx", "-x"]],
  ["[!a]x", ["bx"], ["ax"]],
  ["[^a]x", ["bx"], ["ax"]],
  ["[]a]x", ["]x", "ax"], ["bx"]],
  ["[[:digit:]_]x", ["1x", "_x"], ["ax", ":x"]],
  ["[[:constructor:]]", [], ["c", ":", "]"]],
  ["[a", [], ["[a", "a"]],
  ["\\#x", ["#x"], ["\\#x", "x"]],
  ["\\!x", ["!x"], ["x"]],
  ["x\\", [], ["x", "x\\"]],
  ["trailing  ", ["trailing"], ["trailing  "]],
  ["space\\ ", ["space "], ["space", "space\\ "]],
  ["tab\t", ["tab\t"], ["tab"]],
  ["crlf\r\nb\r\n", ["crlf", "b"], ["crlf\r"]],
  ["\uFEFFbom", ["bom"], ["\uFEFFbom"]],
  ["*.log\n!keep.log", ["a.log"], ["keep.log", "x/keep.log"]],
  ["!keep.log\n*.log", ["keep.log"], []],
  // Nothing below an ignored folder is taken back.
  ["build\n!build/keep", ["build/keep"], []],
  ["build/*\n!build/keep", ["build/x"], ["build/keep"]],
  ["/*\n!/src", ["README", "conf/x"], ["src/x"]],
  ["*\n!*/\n!*.py", ["a.txt", "x/a.txt"], ["a.py", "x/y/a.py"]],
  ["/", [], ["a", "a/b"]],
  ["foo//", [], ["foo/x"]],
])("%j", (text, ignored, kept) => {
  expect(ignored.filter((path) => !ignores(text, path))).toEqual([]);
  expect(kept.filter((path) => ignores(text, path))).toEqual([]);
});

describe("whatever a file says", () => {
  const letters = fc.constantFrom(
    "a",
    "b",
    "/",
    "*",
    "?",
    "[",
    "]",
    "!",
    "\\",
    "-",
    "^",
    ":",
    " ",
    "é",
    "\n",
    "{",
    "(",
    "+",
  );
  const texts = fc.array(letters, { maxLength: 30 }).map((parts) => parts.join(""));

  test("it is read", () => {
    fc.assert(fc.property(texts, (text) => void ignores(text, "a/b/é")));
  });

  test("a last line without special characters is believed", () => {
    fc.assert(fc.property(texts, (text) => ignores(`${text}\n/name-of-a-file`, "name-of-a-file")));
  });
});
