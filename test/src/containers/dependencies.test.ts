import { parse } from "smol-toml";
import { describe, expect, test } from "vitest";
import { dependencyTables } from "../../../src/containers/dependencies.ts";
import { dependencyKind } from "../../../src/project/dependencies/kind.ts";
import { userError } from "../support.ts";

test.each([
  [["uv.lock", "requirements.txt"], "[project]", "uv.lock"],
  [["poetry.lock", "requirements.txt"], "[tool.poetry]", "poetry.lock"],
  [["pdm.lock"], "[project]", "pdm.lock"],
  [["pylock.toml", "requirements.txt"], undefined, "pylock.toml"],
  [["Pipfile", "Pipfile.lock"], undefined, "Pipfile.lock"],
  [["requirements.txt"], "[project]", "requirements.txt"],
  [["requirements.txt"], undefined, "requirements.txt"],
  [["setup.py"], "[project]", "pyproject.toml"],
  [[], "[tool.poetry]", "poetry"],
  [["environment.yml", "setup.py"], undefined, "environment.yml"],
  [["setup.py", "setup.cfg"], "[tool.ruff]", "setup.py"],
  [["setup.cfg"], undefined, "setup.cfg"],
  [["src"], "[tool.ml-pipeline]", "none"],
])("%j with %s is installed from %s", (files, pyproject, kind) => {
  expect(dependencyKind(new Set(files), pyproject, files.includes("requirements.txt"))).toBe(kind);
});

test("a uv.lock alone cannot be used", () => {
  expect(userError(() => dependencyKind(new Set(["uv.lock"]), undefined, false))).toContain(
    "no pyproject.toml beside it",
  );
});

describe("dependencyTables", () => {
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

  test("keeps dependencies, groups and uv's settings, and names no other file", () => {
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

  test("ignores settings of other tools and comments", () => {
    expect(dependencyTables(`${text}\n# more\n[tool.black]\nline-length = 1\n`)).toBe(dependencyTables(text));
  });

  test("is empty without any of them", () => {
    expect(dependencyTables("").trim()).toBe("");
    expect(dependencyTables("[tool.ruff]\na = 1").trim()).toBe("");
  });
});
