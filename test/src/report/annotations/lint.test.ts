import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECKERS } from "../../../../src/project/lint/settings.ts";
import { lintFindings } from "../../../../src/report/annotations/lint.ts";

/** Place, code and message of each finding. */
const found = (checker: string, output: string): string[] =>
  lintFindings(checker, output).map(
    ({ place: { path, line, column }, code, message }) => `${path}:${line}:${column ?? "-"} ${code}: ${message}`,
  );

/* Lines as the checkers print them, with those that say nothing of a place. */
test.each([
  [
    "ruff",
    "src/a.py:1:8: F401 [*] `os` imported but unused\nsrc/b.py:1:7: invalid-syntax: Expected a parameter\nnotes.ipynb:cell 3:2:1: E401 Multiple imports\nFound 3 errors.\n[*] 1 fixable with `--fix`.",
    [
      "src/a.py:1:8 F401: [*] `os` imported but unused",
      "src/b.py:1:7 invalid-syntax: Expected a parameter",
      "notes.ipynb:1:- E401: Multiple imports",
    ],
  ],
  [
    "ruff-format",
    "src/a.py:5:14: unformatted: File would be reformatted\nWould reformat: src/b c.py\nerror: Failed to parse src/d.py:2:4: Expected `)`\n2 files would be reformatted",
    [
      "src/a.py:5:14 unformatted: File would be reformatted",
      "src/b c.py:1:- : ruff would format it in another way",
      "src/d.py:2:4 : Expected `)`",
    ],
  ],
  [
    "black",
    "would reformat /app/src/a.py\nerror: cannot parse: /app/src/b.py:1:6\n    def f(:\n         ^\nerror: cannot format /app/src/c.py: Cannot parse: 1:6: def f(:\n\nOh no! 💥 💔 💥\n1 file would be reformatted, 1 file would fail to reformat.",
    [
      "src/a.py:1:- : black would format it in another way",
      "src/b.py:1:6 : black cannot parse it",
      "src/c.py:1:- : Cannot parse: 1:6: def f(:",
    ],
  ],
  [
    "isort",
    "ERROR: /app/src/a.py Imports are incorrectly sorted and/or formatted.",
    ["src/a.py:1:- : Imports are incorrectly sorted and/or formatted."],
  ],
  ["flake8", "src/a.py:5:14: E225 missing whitespace", ["src/a.py:5:14 E225: missing whitespace"]],
  [
    "pylint",
    "************* Module src.a\nsrc/a.py:1:0: W0611: Unused import os (unused-import)\n\nYour code has been rated at 0.00/10",
    ["src/a.py:1:- W0611: Unused import os (unused-import)"],
  ],
  [
    "mypy",
    'src/a.py:6: error: Incompatible return value type (got "int", expected "str")  [return-value]\nsrc/a.py:7:3: error: No code\nsrc/a.py:7: note: See the manual\nFound 2 errors in 1 file (checked 1 source file)',
    ['src/a.py:6:- return-value: Incompatible return value type (got "int", expected "str")', "src/a.py:7:3 : No code"],
  ],
  [
    "pyright",
    '/app/src/a.py\n  /app/src/a.py:8:14 - error: Type "a" is not assignable (reportAssignmentType)\n    more of it\n  /app/src/a.py:9:1 - warning: W\n1 error, 1 warning',
    ['src/a.py:8:14 reportAssignmentType: Type "a" is not assignable'],
  ],
  [
    "ty",
    "error[invalid-assignment]: Object of type `a`\n --> src/a.py:8:14\n  |\n8 | value: int\n\nFound 1 diagnostic",
    ["src/a.py:8:14 invalid-assignment: Object of type `a`"],
  ],
])("%s", (checker, output, expected) => {
  expect(found(checker, output)).toEqual(expected);
});

test("what lies outside of the project is no finding in it", () => {
  const paths = ["../x.py", "/etc/x.py", "/app/../x.py", "a/../../x.py"];
  expect(found("flake8", paths.map((path) => `${path}:1:1: E1 no`).join("\n"))).toEqual([]);
  expect(found("flake8", "./src//a.py:1:1: E1 yes")).toEqual(["src/a.py:1:1 E1: yes"]);
});

describe("whatever is printed", () => {
  const PIECES = [
    ..."ab/.:%,[]()-> \n\r\t\u001b\u0007#\"'`=01239éEFW",
    "::error::",
    ".py",
    ":1:2: ",
    "E501 ",
    "../",
    "/app/",
  ];
  const output = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(""));

  test("a finding has a path within the project, a line of a file, and words in one line", () => {
    let findings = 0;
    fc.assert(
      fc.property(fc.constantFrom(...CHECKERS), output, fc.boolean(), (checker, text, isAtPlace) => {
        for (const { place, message, code } of lintFindings(checker, isAtPlace ? `a:7:7: E1 ${text}` : text)) {
          findings++;
          expect(place.path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|\p{Cc}/u);
          expect(Number.isSafeInteger(place.line) && (place.line ?? 0) >= 1).toBe(true);
          expect(`${message}${code}`).not.toMatch(/\p{Cc}/u);
        }
      }),
      { numRuns: 3000 },
    );
    expect(findings).toBeGreaterThan(100);
  });

  test("a finding among other lines is found, with its place", () => {
    const path = fc.stringMatching(/^[\w é%,]{1,12}\/[\w-]{1,8}\.py$/);
    const number = fc.integer({ min: 1, max: 99_999 });
    const noise = output.map((text) => text.replaceAll(":", ""));
    fc.assert(
      fc.property(path, number, number, output, noise, (file, line, column, words, others) => {
        const message = `m${words.replaceAll(/[\n\r]/g, "")}`;
        const found = lintFindings("flake8", `${others}\n${file}:${line}:${column}: E501 ${message}\n${others}`);
        expect(found.map(({ place, code }) => [place, code])).toEqual([[{ path: file, line, column }, "E501"]]);
      }),
    );
  });
});
