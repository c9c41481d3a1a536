import { expect, test } from "vitest";
import { environmentSettings, undeclared } from "../../../src/adopt/environment.ts";
import { planOf } from "../../../src/adopt/plan.ts";
import { findings, type Made, script, server } from "./support.ts";

const trains = { does: ["fits", "saves"], saves: [{ by: "joblib", path: "models/m.pkl" }], packages: ["sklearn"] };
const serves = (by: string, more: object = {}) =>
  script("serve.py", {
    server: server({ by }),
    packages: [by, "sklearn"],
    ...more,
  });
const project = (text: string, more: Made = {}): Made => ({
  scripts: [script("train.py", trains), serves("flask")],
  ...more,
  texts: { "pyproject.toml": text, ...more.texts },
});
const proposed = (made: Made): Record<string, unknown> =>
  Object.fromEntries(environmentSettings(planOf(findings(made), {})).map(({ path, value }) => [path[1], value]));

const declared = (dependencies: string, extras: string): string =>
  `[project]\nname = "p"\ndependencies = [${dependencies}]\n[project.optional-dependencies]\n${extras}\n`;

test.each<[string, Made, Record<string, unknown>]>([
  ["an extra", project(declared('"scikit-learn"', 'serve = ["Flask>=3"]\ndev = ["pytest"]')), { extras: ["serve"] }],
  [
    "an extra with the server of an ASGI program",
    project(declared('"scikit-learn", "fastapi"', 'web = ["uvicorn[standard]"]'), {
      scripts: [script("train.py", trains), serves("fastapi")],
    }),
    { extras: ["web"] },
  ],
  [
    "an extra of Poetry",
    project(
      '[tool.poetry.dependencies]\nscikit-learn = "*"\nflask = {version = "*", optional = true}\n[tool.poetry.extras]\napi = ["flask"]\n',
    ),
    { extras: ["api"] },
  ],
  ["its dependencies", project(declared('"scikit_learn>=1", "flask[async]"', 'serve = ["flask"]')), {}],
  ["what brings it", project(declared('"mlflow"', 'serve = ["flask"]')), {}],
  [
    "requirements",
    project(declared("", 'all = ["flask"]'), { texts: { "requirements.txt": "flask==3\nscikit-learn\n" } }),
    {},
  ],
])("what a program imports is in %s", (_what, made, expected) => expect(proposed(made)).toEqual(expected));

test.each<[string, Made]>([
  ["dependencies", project(declared('"scikit-learn", "flask", "LightGBM>=2"', ""))],
  [
    "a file of conda",
    project("", { texts: { "environment.yml": "dependencies:\n  - python=3.11\n  - conda-forge::lightgbm=4\n" } }),
  ],
  [
    "the pip part of one by another name",
    project("", {
      texts: { "conda-env.yml": "dependencies:\n  - pip\n  - pip:\n      - 'lightgbm[scikit-learn]>=4'\n" },
    }),
  ],
  [
    "a table of Poetry with a form for each system",
    project(
      '[tool.poetry.dependencies]\npython = "^3.11"\nlightgbm = [{version = "4", markers = "os_name == \'posix\'"}]\n',
    ),
  ],
  ["imports", project("", { scripts: [script("train.py", { ...trains, packages: ["lightgbm"] })] })],
])("a library of trees in %s needs one of the system", (_what, made) =>
  expect(proposed(made)).toMatchObject({ "system-packages": ["libgomp1"] }),
);

test.each<[string, Made]>([
  ["a channel", project("", { texts: { "environment.yml": "channels:\n  - lightgbm\ndependencies:\n  - numpy\n" } })],
  ["an optional one", project("[tool.poetry.dependencies]\nlightgbm = {version = '*', optional = true}\n")],
])("%s is no package that is installed", (_what, made) => expect(proposed(made)).toEqual({}));

test("the wheel of xgboost brings that library", () =>
  expect(proposed(project(declared('"scikit-learn", "flask", "xgboost-cpu>=2"', "")))).toEqual({}));

const said = (text: string, extras: readonly string[] = [], files: readonly string[] = []): string[] => {
  const scripts = [script("serve.py", { packages: ["flask", "sklearn", "numpy", "xgboost", "cv2"] })];
  const found = findings({ scripts, files, texts: { "pyproject.toml": text } });
  return undeclared(
    found,
    found.scripts.map((one) => ({ script: one })),
    { extras },
  ).map(({ kind, text: one }) => `${kind} ${one}`);
};

test("a package that no file names is named, where they name all", () => {
  const most = '"scikit-learn", "xgboost-cpu", "opencv-python"';
  expect(said(declared(most, ""))).toEqual([
    "guess serve.py needs flask, which no file of the project names: a run lacks it unless another package brings it",
  ]);
  const withExtra = declared(most, 'serve = ["flask"]');
  expect(said(withExtra)).toEqual([
    'guess serve.py needs flask, which only the extra serve has: environment.extras = ["serve"] installs it',
  ]);
  expect(said(withExtra, ["serve"])).toEqual([]);
  // A lock may have it, and so may dependencies that another program computes.
  expect(said(declared(most, ""), [], ["uv.lock"])).toEqual([]);
  expect(said(`[project]\nname = "p"\ndynamic = ["dependencies"]\n`)).toEqual([]);
});

test("packages that only a part of the project names are installed for its program", () => {
  const texts = { "requirements.txt": "pandas\nscikit-learn\n", "service/requirements.txt": "flask==3.0\npandas\n" };
  const scripts = [
    script("train.py", {
      does: ["fits", "saves"],
      packages: ["sklearn"],
      saves: [{ by: "joblib", path: "out/m.pkl" }],
    }),
    script("service/api.py", {
      packages: ["flask"],
      server: server({ by: "flask" }),
    }),
  ];
  const found = findings({ scripts, texts });
  const both = ["requirements.txt", "service/requirements.txt"];
  const value = environmentSettings(planOf(found, {})).find(({ path }) => path.at(-1) === "requirements")?.value;
  expect(value).toEqual(both);
  const entries = scripts.map((one) => ({ script: one }));
  expect(undeclared(found, entries, { extras: [] }).map(({ text }) => text)).toEqual([
    'service/api.py needs flask, which only service/requirements.txt names: environment.requirements = ["requirements.txt", "service/requirements.txt"] installs it',
  ]);
  expect(undeclared(found, entries, { extras: [], requirements: both })).toEqual([]);
});
