import { expect, test } from "vitest";
import { allows, pythonVersionOf } from "../../../../src/project/python/version.ts";
import { userError } from "../../support.ts";

const requires = (range: string): string => `[project]\nrequires-python = "${range}"\n`;

test.each([
  [{}, undefined, "3.11"],
  [{}, "3.13", "3.13"],
  [{ pyproject: requires(">=3.9") }, undefined, "3.11"],
  [{ pyproject: requires(">=3.12,<3.14") }, undefined, "3.12"],
  [{ pyproject: requires("<3.11") }, undefined, "3.10"],
  [{ pyproject: requires("<4.0,>=3.8.1") }, undefined, "3.11"],
  [{ texts: { ".python-version": "3.12.4\n" } }, undefined, "3.12"],
  [{ texts: { "runtime.txt": "python-3.10.6" } }, undefined, "3.10"],
  [{ texts: { "environment.yml": "dependencies:\n  - python=3.9\n" } }, undefined, "3.9"],
  [{ texts: { "environment.yml": "dependencies:\n  - python>=3.12\n" } }, undefined, "3.12"],
  [{ texts: { Pipfile: '[requires]\npython_version = "3.10"\n' } }, undefined, "3.10"],
  [{ texts: { "setup.cfg": "[options]\npython_requires = >=3.13\n" } }, undefined, "3.13"],
  [{ texts: { "setup.py": "setup(python_requires='~=3.9')" } }, undefined, "3.11"],
  [{ pyproject: '[tool.poetry.dependencies]\npython = "^3.12"\n' }, undefined, "3.12"],
  [{ pyproject: '[tool.poetry.dependencies]\npython = "~3.10"\n' }, undefined, "3.10"],
  [{ texts: { ".python-version": "3.12" }, pyproject: requires(">=3.10") }, "3.10", "3.10"],
])("%j with %s is %s", (files, configured, version) => {
  expect(pythonVersionOf({ texts: {}, ...files }, configured)).toBe(version);
});

test("a clash names both places", () => {
  const files = { texts: { ".python-version": "3.10" }, pyproject: requires(">=3.12") };
  const message = userError(() => pythonVersionOf(files, undefined));
  expect(message).toContain(".python-version has 3.10, and requires-python in pyproject.toml has >=3.12");
  expect(userError(() => pythonVersionOf({ ...files, texts: {} }, "3.11"))).toContain(
    "python in the settings has 3.11",
  );
});

test.each([
  [">=3.9", ["3.9", "3.14"], ["3.8"]],
  [">3.9", ["3.10"], ["3.9"]],
  [">3.9.1", ["3.9"], ["3.8"]],
  ["<3.12.0", ["3.11"], ["3.12"]],
  ["<3.12.5", ["3.12"], ["3.13"]],
  ["==3.11.*", ["3.11"], ["3.10"]],
  ["3.11", ["3.11"], ["3.12"]],
  ["!=3.10.*,>=3.9", ["3.9", "3.11"], ["3.10"]],
  ["~=3.9.2", ["3.9"], ["3.10"]],
  ["~=3.9", ["3.9", "3.13"], ["3.8"]],
  ["^3.9 || 3.8.*", ["3.8", "3.14"], []],
  ["*", ["3.8"], []],
  [">=2.7", ["3.8"], []],
  ["<4", ["3.14"], []],
])("%s allows %j and not %j", (specifier, right, wrong) => {
  expect(right.filter((version) => !allows(specifier, version))).toEqual([]);
  expect(wrong.filter((version) => allows(specifier, version))).toEqual([]);
});
