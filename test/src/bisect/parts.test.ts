import { expect, test } from "vitest";
import { asksForOthers, type KnownPaths, partOf, partsOf } from "../../../src/bisect/parts.ts";

const known: KnownPaths = {
  ...{ root: "", dataFolder: "data", asksForOthers: false },
  dependencies: new Set(["requirements.txt", "uv.lock"]),
  code: new Set(["src/train.py", "src/params.yaml", "uv.lock"]),
};

test.each([
  ["src/train.py", "code"],
  ["src/params.yaml", "configuration"],
  ["pyproject.toml", "configuration"],
  ["ml-pipeline.toml", "configuration"],
  ["uv.lock", "dependencies"],
  ["data/rows.csv", "data"],
  ["data/rows.csv.dvc", "data"],
  ["data.dvc", "data"],
  [".dvc/config", "data"],
  ["README.md", undefined],
  ["tests/unit/test_model.py", undefined],
  ["database/schema.sql", undefined],
])("%s belongs to %s", (path, part) => {
  expect(partOf(path, known)).toBe(part);
});

test("pyproject.toml belongs to what it asks for, where that changed", () => {
  expect(partOf("pyproject.toml", { ...known, asksForOthers: true })).toBe("dependencies");
  const [one, other] = ['[project]\ndependencies = ["a"]\n', '[project]\ndependencies = ["b"]\n'];
  expect(asksForOthers(one, `${one}version = "2"\n`)).toBe(false);
  expect(asksForOthers(one, `${one}[tool.ml-pipeline]\npython = "3.11"\n`)).toBe(false);
  expect(asksForOthers(one, other)).toBe(true);
  expect(asksForOthers(one, `${one}[tool.poetry.dependencies]\nx = "1"\n`)).toBe(true);
  expect(asksForOthers(undefined, one)).toBe(true);
});

test("a project in a folder of its repository has its own data and code", () => {
  const inFolder = { ...known, root: "services/model", code: new Set(["services/model/src/train.py"]) };
  expect(partOf("services/model/data/rows.csv", inFolder)).toBe("data");
  expect(partOf("services/model/src/train.py", inFolder)).toBe("code");
  expect(partOf("data/rows.csv", inFolder)).toBeUndefined();
});

test("tables at the top of a project are data where it says so", () => {
  expect(partOf("rows.csv.gz", { ...known, dataFolder: "." })).toBe("data");
});

test("parts come in one order, and only those with files", () => {
  expect(partsOf(["data/b", "src/train.py", "data/a", "README.md"], known)).toEqual([
    { part: "code", paths: ["src/train.py"] },
    { part: "data", paths: ["data/b", "data/a"] },
  ]);
});
