import { expect, test } from "vitest";
import type { DependencyKind } from "../../../src/project/dependencies/kind.ts";
import { missingPackage, withMissingPackage } from "../../../src/stages/missing-package.ts";
import type { Outcome } from "../../../src/stages/stage.ts";

const STARLETTE =
  "E   RuntimeError: The starlette.testclient module requires the httpx package to be installed.\nE   You can install this with:\nE       $ pip install httpx";

test.each<[string, string]>([
  [STARLETTE, "httpx"],
  ["E   ModuleNotFoundError: No module named 'httpx'", "httpx"],
  ["ModuleNotFoundError: No module named 'sklearn'", "scikit-learn"],
  ["ModuleNotFoundError: No module named 'yaml'", "pyyaml"],
  ['RuntimeError: Form data requires "python-multipart" to be installed. \nYou can install …', "python-multipart"],
  ["ImportError: Missing optional dependency 'openpyxl'.  Use pip or conda to install openpyxl.", "openpyxl"],
  ["ImportError: email-validator is not installed, run `pip install pydantic[email]`", "email-validator"],
])("%j lacks %s", (output, name) => expect(missingPackage(output, ["src/train.py"])).toBe(name));

test.each([
  "ModuleNotFoundError: No module named 'src.features'",
  "ModuleNotFoundError: No module named 'helpers'",
  "ModuleNotFoundError: No module named 'sklearn.compose._cnlumn_transformer'",
  "ModuleNotFoundError: No module named 'yaml.reader'; 'yaml' is not a package",
  "AssertionError: 0.7 < 0.8",
])("%j lacks no package", (output) =>
  expect(missingPackage(output, ["src/train.py", "lib/helpers.py"])).toBeUndefined(),
);

/** What is added to a failure of a project whose packages come from such a file. */
function said(kind: DependencyKind, purpose: "tests" | "programs", development: readonly string[] = []): string {
  const failed: Outcome<never> = { status: "failed", message: "1 error", output: STARLETTE };
  const dependencies = { kind, runtime: kind === "requirements.txt" ? ["requirements.txt"] : [], development };
  return withMissingPackage(failed, { project: { pythonFiles: [], dependencies } }, purpose).message;
}

test.each<[DependencyKind, string, string]>([
  ["none", "new requirements.txt", "new requirements.txt"],
  ["uv.lock", "uv add --dev httpx", "uv add httpx"],
  ["poetry.lock", "poetry add --group dev httpx", "poetry add httpx"],
  ["pyproject.toml", 'add dev = ["httpx"] to [dependency-groups]', 'add "httpx" to dependencies in pyproject.toml'],
  ["environment.yml", '"- httpx"', '"- httpx"'],
  ["setup.py", '"httpx" to install_requires in setup.py', '"httpx" to install_requires in setup.py'],
])("the line of a project with %s", (kind, tests, programs) => {
  expect(said(kind, "tests")).toContain(`1 error; httpx is not installed: `);
  expect(said(kind, "tests")).toContain(tests);
  expect(said(kind, "programs")).toContain(programs);
});

test("tests have a file of requirements of their own, where there is one", () => {
  expect(said("requirements.txt", "tests")).toContain(
    "add the line httpx to requirements.txt, or to a requirements-dev.txt",
  );
  expect(said("requirements.txt", "tests", ["dev-requirements.txt"])).toMatch(
    /the line httpx to dev-requirements\.txt$/,
  );
  expect(said("requirements.txt", "programs", ["dev-requirements.txt"])).toMatch(
    /the line httpx to requirements\.txt$/,
  );
});

test("a stage that passed or was skipped is as it was", () => {
  const skipped: Outcome<never> = { status: "skipped", message: STARLETTE };
  const dependencies = { kind: "none" as const, runtime: [], development: [] };
  expect(withMissingPackage(skipped, { project: { pythonFiles: [], dependencies } }, "tests")).toBe(skipped);
});
