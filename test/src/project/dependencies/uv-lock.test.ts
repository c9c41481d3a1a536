import { describe, expect, test } from "vitest";
import { staleLock } from "../../../../src/project/dependencies/uv-lock.ts";

const pyproject = (...dependencies: string[]): string =>
  `[project]\nname = "tiny"\ndependencies = ${JSON.stringify(dependencies)}\n`;
const lock = (...requires: string[]): string =>
  `version = 1\n[[package]]\nname = "tiny"\nsource = { virtual = "." }\n[package.metadata]\nrequires-dist = [${requires.join(", ")}]\n`;

describe("uv.lock is stale when", () => {
  test.each([
    [
      "a version has changed",
      ["six==1.17.0"],
      ['{ name = "six", specifier = "==1.16.0" }'],
      "pyproject.toml has six==1.17.0, uv.lock was made for six==1.16.0",
    ],
    ["a package was added", ["six", "numpy>=2"], ['{ name = "six" }'], "pyproject.toml has numpy>=2, uv.lock has not"],
    [
      "a package was removed",
      [],
      ['{ name = "six", specifier = "<2" }'],
      "uv.lock was made for six<2, which pyproject.toml does not have",
    ],
    [
      "a limit was removed",
      ["numpy>=1.20"],
      ['{ name = "numpy", specifier = ">=1.20,<2" }'],
      "pyproject.toml has numpy>=1.20, uv.lock was made for numpy<2,>=1.20",
    ],
  ])("%s", (_, wanted, locked, words) => {
    expect(staleLock(pyproject(...wanted), lock(...locked))).toBe(words);
  });
});

test("uv.lock is stale when the first dependency was added", () => {
  const empty = '[[package]]\nname = "tiny"\nsource = { editable = "." }\n';
  expect(staleLock(pyproject("six"), empty)).toBe("pyproject.toml has six, uv.lock has not");
  expect(staleLock(pyproject(), empty)).toBeUndefined();
  expect(staleLock(pyproject("six"), `${empty}dependencies = [{ name = "six" }]\n`)).toBeUndefined();
});

describe("it is not when", () => {
  test.each<[string, string[], string[]]>([
    [
      "only the spelling differs",
      ["Scikit_Learn[extra] >= 1.4 , < 2 ; python_version > '3.8'"],
      [
        '{ name = "scikit-learn", extras = ["extra"], marker = "python_full_version >= \'3.9\'", specifier = ">=1.4,<2" }',
      ],
    ],
    ["it comes from the project", ["helper>=1"], ['{ name = "helper", directory = "libs/helper" }']],
    ["it comes from a URL", ["helper @ https://x/helper.whl"], ['{ name = "helper", url = "https://x/helper.whl" }']],
    ["a version with letters has two spellings", ["x==1.0-rc.1"], ['{ name = "x", specifier = "==1.0rc1" }']],
    ["an extra of the project has more", [], ['{ name = "six", marker = "extra == \'dev\'" }']],
    [
      "markers choose between two",
      ["x<2 ; python_version < '3.10'", "x>=2 ; python_version >= '3.10'"],
      ['{ name = "x", specifier = ">=2" }', '{ name = "x", specifier = "<2" }'],
    ],
  ])("%s", (_, wanted, locked) => {
    expect(staleLock(pyproject(...wanted), lock(...locked))).toBeUndefined();
  });

  test("it does not say what it was made from", () => {
    expect(staleLock(pyproject("six"), "version = 1\n")).toBeUndefined();
    expect(staleLock('[project]\nname = "x"\ndynamic = ["dependencies"]\n', lock('{ name = "six" }'))).toBeUndefined();
  });
});
