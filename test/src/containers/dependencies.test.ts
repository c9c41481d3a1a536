import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { dependencyTables } from "../../../src/containers/dependencies.ts";
import { dependencyKind } from "../../../src/project/dependency-kind.ts";
import { userError } from "../support.ts";

test.each([
  [["uv.lock", "pyproject.toml", "requirements.txt"], "uv.lock"],
  [["pyproject.toml", "requirements.txt"], "requirements.txt"],
  [["requirements.txt"], "requirements.txt"],
  [["pyproject.toml"], "pyproject.toml"],
  [["src"], "none"],
])("%j is installed from %s", (files, kind) => {
  expect(dependencyKind(new Set(files))).toBe(kind);
});

test("a uv.lock alone cannot be used", () => {
  expect(userError(() => dependencyKind(new Set(["uv.lock"])))).toContain("no pyproject.toml beside it");
});

describe("what of pyproject.toml decides about dependencies", () => {
  const text = `
[project]
name = "x"
version = "1"
readme = "README.md"
license = { file = "LICENSE" }
license-files = ["LICEN[CS]E*"]
requires-python = ">=3.9"
dependencies = ["numpy<2 ; python_version > '3.8'"]
[dependency-groups]
dev = ["pytest", { include-group = "lint" }]
[tool.uv]
index-url = "https://example.com/simple"
[tool.ruff]
line-length = 100
[tool.ml-pipeline]
python = "3.11"
`;

  test("dependencies, groups and uv's own settings; no files that are not there", () => {
    expect(parse(dependencyTables(text))).toEqual({
      project: {
        name: "x",
        version: "0",
        "requires-python": ">=3.9",
        dependencies: ["numpy<2 ; python_version > '3.8'"],
      },
      "dependency-groups": { dev: ["pytest", { "include-group": "lint" }] },
      tool: { uv: { "index-url": "https://example.com/simple" } },
    });
  });

  test("settings of other tools and remarks install nothing", () => {
    expect(dependencyTables(`${text}\n# more\n[tool.black]\nline-length = 1\n`)).toBe(dependencyTables(text));
  });

  test("one without any has none", () => {
    expect(dependencyTables("").trim()).toBe("");
    expect(dependencyTables("[tool.ruff]\na = 1").trim()).toBe("");
  });
});
