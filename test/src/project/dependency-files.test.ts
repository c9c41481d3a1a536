import { expect, test } from "vitest";
import { localSources, namedFiles } from "../../../src/project/dependency-files.ts";

test("requirements and constraints are relative to the file that names them", () => {
  const text =
    "-r base.txt\n--requirement=../more.txt  # why\n-c \\\n  constraints.txt\n-r ../../outside.txt\n-r https://x/y.txt\n";
  expect(namedFiles("requirements/dev.txt", text)).toEqual({
    requirements: ["requirements/base.txt", "more.txt", "requirements/constraints.txt"],
    packages: [],
  });
});

test("packages of the project are relative to its root", () => {
  const text = [
    "./libs/a",
    "./libs/b[extra]; python_version > '3.8'",
    "helper @ file:./libs/c",
    "-f ./wheels",
    "--find-links=./more-wheels",
    "../outside",
    "numpy==1.26.4 --hash=sha256:00",
    "# ./libs/comment",
  ].join("\n");
  expect(namedFiles("requirements/dev.txt", text)).toEqual({
    requirements: [],
    packages: ["libs/a", "libs/b", "libs/c", "wheels", "more-wheels"],
  });
});

test("uv's own sources are paths and members of a workspace", () => {
  const text = `
[tool.uv.sources]
a = { path = "libs/a", editable = true }
b = [{ path = "./libs/b", marker = "sys_platform == 'linux'" }, { git = "https://x/b" }]
c = { workspace = true }
d = { path = "../d" }
[tool.uv.workspace]
members = ["packages/*"]
`;
  expect(localSources(text)).toEqual(["libs/a", "libs/b", "packages/*"]);
  expect(localSources("[project]\nname = 'x'\n")).toEqual([]);
});
