import { expect, test } from "vitest";
import type { Setting } from "../../../src/adopt/setting.ts";
import { withSettings } from "../../../src/adopt/toml.ts";
import { parseToml } from "../../../src/config/toml.ts";

const PREFIX = ["tool", "ml-pipeline"];
const label: Setting = { path: ["data", "label"], value: "y", why: "train.py predicts it" };
const train: Setting = { path: ["commands", "train"], value: "python train.py", why: "train.py trains" };
const open: Setting = { path: ["data", "label"], value: "…", why: "which column is predicted? a, b", open: true };

test("a file that has nothing gets tables, each line with its reason", () => {
  const text = withSettings("", [], [train, label]);
  expect(text.split("\n").slice(2)).toEqual([
    ...["[commands]", "# train.py trains", 'train = "python train.py"', ""],
    ...["[data]", "# train.py predicts it", 'label = "y"', ""],
  ]);
});

test.each([
  '[project]\nname = "x"   # kept\n\n\n[tool.black]\nline-length=100',
  "# only a comment\r\n[tool.ruff]\r\n",
  '[tool.ml-pipeline.gates.metrics]\naccuracy = 0.5\n\n# about pytest\n[tool.pytest.ini_options]\naddopts = "-q"\n',
])("what is in a file stays to the letter: %j", (before) => {
  const after = withSettings(before, PREFIX, [train, label]);
  expect(after.replaceAll(/\r?\n/g, "\n")).toContain(before.replaceAll(/\r?\n/g, "\n").trimEnd());
  expect(parseToml("pyproject.toml", after)).toMatchObject({
    ...parseToml("pyproject.toml", before),
    tool: { "ml-pipeline": { commands: { train: "python train.py" }, data: { label: "y" } } },
  });
  expect(after.includes("\r\n")).toBe(before.includes("\r\n"));
});

test("a table that is there gets its lines at its end, before what is about the next", () => {
  const before = "[tool.ml-pipeline.data]\nmin-rows = 3\n\n# about ruff\n[tool.ruff]\n";
  expect(withSettings(before, PREFIX, [label])).toBe(
    '[tool.ml-pipeline.data]\nmin-rows = 3\n# train.py predicts it\nlabel = "y"\n\n# about ruff\n[tool.ruff]\n',
  );
});

test("keys of the file itself stand before its first table", () => {
  const text = withSettings("[data]\nmin-rows = 1\n", [], [{ path: ["python"], value: "3.12", why: "so" }]);
  expect(parseToml("x", text)).toEqual({ python: "3.12", data: { "min-rows": 1 } });
});

test("what a person must decide is a comment, written once", () => {
  const once = withSettings("", [], [open]);
  expect(once).toContain('# label = "…"  # which column is predicted? a, b\n');
  expect(parseToml("x", once)).toEqual({ data: {} });
  expect(withSettings(once, [], [open])).toBe(once);
});

test.each<[Setting["value"], string]>([
  [{ command: "x", env: { A: "b" } }, '{ command = "x", env = { A = "b" } }'],
  [["a", "b c"], '["a", "b c"]'],
  [{ max: 0.5 }, "{ max = 0.5 }"],
  [true, "true"],
])("%j is written as %s", (value, text) =>
  expect(withSettings("", [], [{ path: ["a", "b"], value, why: "w" }])).toContain(`b = ${text}\n`),
);
