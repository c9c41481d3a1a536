import { expect, test } from "vitest";
import { allows, choosePython, NoPython } from "../../../../src/project/python/version.ts";
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
  expect(choosePython({ texts: {}, ...files }, configured).version).toBe(version);
});

test("a clash names both places", () => {
  const files = { texts: { ".python-version": "3.10" }, pyproject: requires(">=3.12") };
  const message = userError(() => choosePython(files, undefined));
  expect(message).toContain(".python-version has 3.10, and requires-python in pyproject.toml has >=3.12");
  expect(userError(() => choosePython({ ...files, texts: {} }, "3.11"))).toContain("python in the settings has 3.11");
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

test.each([
  [{ pyproject: requires(">=3.15") }, undefined, "requires-python in pyproject.toml has >=3.15. There are 3.8, 3.9, "],
  [{ texts: { ".python-version": "3.7" } }, undefined, "or say `python` in the settings, which comes before"],
  [
    { texts: { "setup.cfg": "[options]\npython_requires = <3.8\n" } },
    undefined,
    "python_requires in setup.cfg has <3.8",
  ],
  [{ texts: { "runtime.txt": "python-3.6.1" } }, undefined, "runtime.txt has 3.6"],
])("a version that is none is refused with those that are, and what asked for it: %j", (files, configured, says) => {
  const message = userError(() => choosePython({ texts: {}, ...files }, configured));
  expect(message).toContain(says);
  expect(message).toContain("3.14");
  expect(() => choosePython({ texts: {}, ...files }, configured)).toThrow(NoPython);
});

test.each([
  [{}, undefined, ""],
  [{}, "3.13", "python in the settings has 3.13"],
  [
    { texts: { ".python-version": "3.9" }, pyproject: requires(">=3.8") },
    undefined,
    ".python-version has 3.9, requires-python in pyproject.toml has >=3.8",
  ],
])("what asks for a version is named: %j with %s", (files, configured, by) => {
  expect(choosePython({ texts: {}, ...files }, configured).by).toBe(by);
});
