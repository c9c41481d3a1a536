import { describe, expect, test } from "vitest";
import {
  hasNamedTests,
  hasOnlyTests,
  misplacedScripts,
  testFolders,
  testLayersOf,
} from "../../../src/project/tests.ts";

const layers = (...files: string[]): string[] => [...testLayersOf(files, testFolders())];

describe("layers", () => {
  test("are the folders that hold more than conftest.py", () => {
    expect(layers("tests/unit/test_a.py", "tests/model/check_a.py", "tests/e2e/__init__.py")).toEqual([
      "unit",
      "model",
    ]);
    expect(layers("tests/data/conftest.py", "tests/integration/deep/test_b.py")).toEqual(["integration"]);
    expect(layers("src/model.py", "conftest.py", "tests/__init__.py")).toEqual([]);
  });

  test.each([
    "tests/test_core.py",
    "tests/core/test_core.py",
    "test/test_x.py",
    "test/check.py",
    "src/pkg/tests/test_q.py",
    "src/model_test.py",
    "test_app.py",
    "tests/testmodel.py",
    "tests.py",
    "tests/performance/test_speed.py",
  ])("what no other layer names is a unit test: %s", (file) => {
    expect(layers(file)).toEqual(["unit"]);
    expect(layers(file, "tests/model/test_m.py")).toEqual(["unit", "model"]);
  });

  test.each([
    ".venv/lib/test_x.py",
    "node_modules/x/test_x.py",
    "build/tests/test_x.py",
    "data/test_x.py",
    "src/latest.py",
  ])("%s is none", (file) => {
    expect(layers(file)).toEqual([]);
  });
});

test("a folder has tests by name, or only helpers", () => {
  expect(hasNamedTests(["tests/data/make.py", "tests/unit/test_a.py"], "tests/data")).toBe(false);
  expect(hasNamedTests(["tests/data/rows_test.py"], "tests/data")).toBe(true);
});

test.each([
  ["functions of pytest", "import m\n\ndef test_shape():\n    assert m\n", true],
  ["classes of pytest", "class TestModel:\n    def test_shape(self): ...\n", true],
  ["tests that it runs itself", "def test_shape(): ...\n\nif __name__ == '__main__':\n    test_shape()\n", false],
  ["no tests", "import sys\nfrom m import check\nsys.exit(check('--quick' in sys.argv))\n", false],
])("a file with %s has only tests for pytest: %#", (_what, text, only) => {
  expect(hasOnlyTests(text)).toBe(only);
});

describe("scripts of the contract at another place", () => {
  test.each([
    ["src.validate_data", "scripts/validate_data.py"],
    ["src.validate_data", "src/data/validate_data.py"],
    ["src.validate_data", "src/data_validation.py"],
    ["src.validate_data", "src/validate-dataset.py"],
    ["src.validate_data", "src/validateData.py"],
    ["src.validate_metrics", "src/check_metrics.py"],
    ["src.load_model", "src/pkg/load_model.py"],
    ["src.test_model", "scripts/test_model.py"],
    ["src.evaluate", "src/pkg/evaluate.py"],
    ["src.serve", "serve.py"],
  ])("%s: %s", (module, file) => {
    expect(misplacedScripts(["src/model.py", file], module)).toEqual([file]);
  });

  test("are none where the script is in its place", () => {
    expect(misplacedScripts(["src/validate_data.py", "scripts/validate_data.py"], "src.validate_data")).toEqual([]);
    expect(misplacedScripts(["src/evaluate/__main__.py", "scripts/evaluate.py"], "src.evaluate")).toEqual([]);
  });

  test.each([
    ["src.test_model", "tests/unit/test_model.py"],
    ["src.validate_data", "src/validation.py"],
    ["src.validate_data", "src/validation_data.py"],
    ["src.load_model", "src/model_loader.py"],
    ["src.train", "src/trainer.py"],
  ])("%s is not %s", (module, file) => {
    expect(misplacedScripts([file], module)).toEqual([]);
  });
});
