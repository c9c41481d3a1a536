import { describe, expect, test } from "vitest";
import { condaEnvironment } from "../../../../src/project/dependencies/conda.ts";
import { localSources } from "../../../../src/project/dependencies/files.ts";
import { pipfileRequirements } from "../../../../src/project/dependencies/pipfile.ts";
import { poetryRequirements, specifier } from "../../../../src/project/dependencies/poetry.ts";
import { userError } from "../../support.ts";

describe("Poetry", () => {
  test.each([
    ["^1.2.3", ">=1.2.3,<2"],
    ["^0.9", ">=0.9,<0.10"],
    ["^0.0.3", ">=0.0.3,<0.0.4"],
    ["^0.0", ">=0.0,<0.1"],
    ["^2", ">=2,<3"],
    ["~1.2.3", ">=1.2.3,<1.3"],
    ["~1.2", ">=1.2,<1.3"],
    ["~1", ">=1,<2"],
    ["1.2.*", "==1.2.*"],
    ["1.2.3", "==1.2.3"],
    [">=1.2,<2", ">=1.2,<2"],
    [">=1.2 <2", ">=1.2,<2"],
    ["*", ""],
  ])("%s is %s", (constraint, expected) => {
    expect(specifier(constraint)).toBe(expected);
  });

  test("reads all groups, and leaves out what is optional", () => {
    expect(
      poetryRequirements(`
[tool.poetry.dependencies]
python = "^3.11"
numpy = "^1.26"
torch = { version = "2.4.0", extras = ["opt"], markers = "sys_platform == 'linux'" }
tool = { git = "https://example.com/tool.git", rev = "abc" }
rare = { version = "1", optional = true }
[tool.poetry.group.dev.dependencies]
pytest = "*"
[tool.poetry.dev-dependencies]
black = "24.1.0"
`),
    ).toEqual({
      runtime: [
        ...[
          "numpy>=1.26,<2",
          "torch[opt]==2.4.0; sys_platform == 'linux'",
          "tool @ git+https://example.com/tool.git@abc",
        ],
      ],
      development: ["black==24.1.0", "pytest"],
    });
  });

  test("takes packages of the repository by their paths", () => {
    const pyproject = `
[tool.poetry.dependencies]
common = { path = "../common", develop = true, extras = ["io"] }
[tool.poetry.group.test.dependencies]
fixtures = { path = "./fixtures", python = ">=3.9" }
`;
    expect(poetryRequirements(pyproject)).toEqual({
      runtime: ["common[io] @ ../common"],
      development: ["fixtures @ ./fixtures ; python_version >= '3.9'"],
    });
    expect(localSources(pyproject, "services/model")).toEqual(["services/common", "services/model/fixtures"]);
  });

  test("says to lock what only a lock file can tell", () => {
    expect(userError(() => poetryRequirements("[tool.poetry.dependencies]\nx = { source = 'other' }\n"))).toContain(
      "poetry lock",
    );
  });
});

describe("Pipfile.lock", () => {
  test("gives pinned requirements with their hashes", () => {
    const lock = JSON.stringify({
      _meta: {},
      default: { numpy: { version: "==1.26.4", hashes: ["sha256:a", "sha256:b"], markers: "python_version >= '3.9'" } },
      develop: { pytest: { version: "*", extras: ["x"] }, me: { path: ".", editable: true } },
    });
    expect(pipfileRequirements(lock)).toEqual({
      runtime: ["numpy==1.26.4 ; python_version >= '3.9' \\\n    --hash=sha256:a \\\n    --hash=sha256:b"],
      development: ["pytest[x]"],
    });
  });

  test.each(["", "[]", '{"default": []}'])("refuses %j", (text) => {
    expect(userError(() => pipfileRequirements(text))).toContain("pipenv lock");
  });
});

test("conda's environment: pip's part, other names, and what is no package of Python", () => {
  expect(
    condaEnvironment(`
name: x
channels:
  - conda-forge
dependencies:
  - python=3.10
  - conda-forge::numpy=1.26
  - pandas=2.1.4=py310h_0   # build
  - "scikit-learn>=1.3"
  - pytorch
  - libgomp
  - cudatoolkit=11.8
  - pip
  - pip:
    - mlflow==2.9
    - -r requirements.txt
  - tqdm
variables:
  A: 1
`),
  ).toEqual({
    requirements: [
      ...["numpy==1.26.*", "pandas==2.1.4", "scikit-learn>=1.3", "torch", "tqdm", "mlflow==2.9", "-r requirements.txt"],
    ],
    others: ["libgomp", "cudatoolkit=11.8"],
    pip: ["mlflow==2.9", "-r requirements.txt"],
    specs: [
      ...["python=3.10", "conda-forge::numpy=1.26", "pandas=2.1.4=py310h_0", "scikit-learn>=1.3", "pytorch"],
      ...["libgomp", "cudatoolkit=11.8", "pip", "tqdm"],
    ],
    channels: ["conda-forge"],
  });
});

const DEFAULTS = ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"];

test.each([
  [
    'channels:\n  - pytorch\n  # a comment\n  - "https://packages.example/conda" # ours\n  - pytorch\n',
    ["pytorch", "https://packages.example/conda"],
  ],
  ["channels:\n- conda-forge\n- nodefaults\n", ["conda-forge"]],
  ["channels: [nvidia, 'conda-forge']\n", ["nvidia", "conda-forge"]],
  ["channels:\r\n  - a\r\n  - b\r\n", ["a", "b"]],
  ["channels:\n  - conda-forge\n  - defaults\n", ["conda-forge", ...DEFAULTS]],
  ["name: x\n", DEFAULTS],
])("conda's channels of %j", (text, channels) => {
  expect(condaEnvironment(`${text}dependencies:\n  - numpy\n`).channels).toEqual(channels);
});
