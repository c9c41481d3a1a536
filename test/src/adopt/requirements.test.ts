import { expect, test } from "vitest";
import { planOf } from "../../../src/adopt/plan.ts";
import { requirementsFor } from "../../../src/adopt/requirements.ts";
import { findings, type Made, script } from "./support.ts";

const trains = { does: ["fits", "saves"], saves: [{ by: "joblib", path: "m.pkl" }] };
const server = {
  by: "fastapi",
  app: "app",
  port: "",
  port_variable: "",
  starts: false,
  before: [],
  open: false,
  routes: [],
};
const made: Made = {
  scripts: [
    script("train.py", { ...trains, packages: ["sklearn", "pandas"], reaches: ["helper.py"] }),
    script("helper.py", { runs: false, packages: ["yaml"] }),
    script("app.py", { server, packages: ["fastapi"] }),
    script("screen.py", { packages: ["streamlit"] }),
    script("tests/test_app.py", { packages: ["pytest", "httpx"] }),
  ],
  tables: { "t.csv": ["a", "y"] },
};

const packages = (one: Made, pyproject?: string): string[] | undefined =>
  requirementsFor(planOf(findings(one), {}), pyproject)
    ?.split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

test("packages are those that the programs, what they import, and their tests need, by the names of the index", () =>
  expect(packages(made)).toEqual(["fastapi", "httpx", "joblib", "pandas", "pyyaml", "scikit-learn", "uvicorn"]));

test.each<[string, string?]>([
  ["requirements.txt"],
  ["requirements/base.txt"],
  ["requirements-dev.txt"],
  ["environment.yml"],
  ["setup.py"],
  ["pyproject.toml", "[project]\nname = 'p'\n"],
])("a project that has %s gets none", (file, pyproject) =>
  expect(packages({ ...made, files: [file] }, pyproject)).toBeUndefined(),
);

test("settings of tools are no list of packages", () =>
  expect(packages({ ...made, files: ["pyproject.toml"] }, "[tool.black]\n")).toContain("fastapi"));

test("a project of nothing but Python gets none", () =>
  expect(packages({ scripts: [script("tool.py")] })).toBeUndefined());
