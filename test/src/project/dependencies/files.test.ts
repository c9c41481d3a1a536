import { expect, test } from "vitest";
import {
  localSources,
  namedFiles,
  requirementsOf,
  withoutEditable,
} from "../../../../src/project/dependencies/files.ts";

test("requirements and constraints are relative to the file that names them", () => {
  const text = "-r base.txt\n--requirement=../more.txt  # why\n-c \\\n  constraints.txt\n-r https://x/y.txt\n";
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
    "numpy==1.26.4 --hash=sha256:00",
    "# ./libs/comment",
  ].join("\n");
  expect(namedFiles("requirements/dev.txt", text)).toEqual({
    requirements: [],
    packages: ["libs/a", "libs/b", "libs/c", "wheels", "more-wheels"],
  });
});

test("in a folder of a repository, paths lead to its other folders", () => {
  expect(
    namedFiles("services/model/requirements.txt", "-r ../base.txt\n-e ../../libs/a\n-e .", "services/model"),
  ).toEqual({
    requirements: ["services/base.txt"],
    packages: ["libs/a"],
  });
  expect(localSources('[tool.uv.sources]\na = { path = "../../libs/a" }', "services/model")).toEqual(["libs/a"]);
});

test.each(["-r ../../outside.txt", "-c ../../outside.txt", "../outside", "-e ../outside"])(
  "%s leads out of the source, and how to widen it is said",
  (line) => {
    expect(() => namedFiles("requirements/dev.txt", line)).toThrow(/requirements\/dev.txt names \.\.\/.*--root=/);
  },
);

test("packages are found without ./ in front, as editable ones and as archives; addresses and names are none", () => {
  const text = [
    "-e ./libs/a",
    "--editable=libs/b[extra]",
    "libs/c",
    "dist/d-1.0-py3-none-any.whl",
    "e-1.0.tar.gz",
    "-f wheels",
    "f @ git+https://x/y.git",
    "--index-url=https://x/y",
    "-e git+https://x/z",
    "numpy>=1.0 ; python_version > '3.8'",
    "-e .",
  ].join("\n");
  expect(namedFiles("requirements.txt", text).packages).toEqual([
    ...["libs/a", "libs/b", "libs/c", "dist/d-1.0-py3-none-any.whl", "e-1.0.tar.gz", "wheels"],
  ]);
  expect(withoutEditable("-e ./libs/a\n  --editable=libs/b\n-e git+https://x/z\n")).toBe(
    "./libs/a\n  libs/b\n-e git+https://x/z\n",
  );
});

test("of several files at the root, each has what it names itself", () => {
  const requirements = {
    "a.txt": "-r b.txt\n",
    "b.txt": "-c a.txt\nx==1\n",
    "dev.txt": "-r more.txt\n",
    "more.txt": "y\n",
  };
  expect(Object.keys(requirementsOf("a.txt", { requirements, packages: [] }))).toEqual(["a.txt", "b.txt"]);
  expect(requirementsOf("c.txt", { requirements, packages: [] })).toEqual({});
});

test("uv's own sources are paths and members of a workspace", () => {
  const text = `
[tool.uv.sources]
a = { path = "libs/a", editable = true }
b = [{ path = "./libs/b", marker = "sys_platform == 'linux'" }, { git = "https://x/b" }]
c = { workspace = true }
[tool.uv.workspace]
members = ["packages/*"]
`;
  expect(localSources(text)).toEqual(["libs/a", "libs/b", "packages/*"]);
  const requirement = '[project]\ndependencies = ["numpy", "a @ file:///${PROJECT_ROOT}/../a"]\n';
  expect(localSources(requirement, "services/model")).toEqual(["services/a"]);
  const group = '[dependency-groups]\ndev = ["b @ ./libs/b", { include-group = "x" }]\n';
  expect(localSources(group)).toEqual(["libs/b"]);
  expect(localSources("[project]\nname = 'x'\n")).toEqual([]);
});
