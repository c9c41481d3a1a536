import { expect, test } from "vitest";
import { planOf } from "../../../src/adopt/plan.ts";
import { settingsFor } from "../../../src/adopt/settings.ts";
import { defaultsOf, settingsFile, splitBySettings } from "../../../src/adopt/told-settings.ts";
import { argument, findings, type Made, script, withArguments } from "./support.ts";

const trains = { does: ["fits", "saves"], saves: [{ by: "pickle", path: "" }], roots: ["."] };
const settings = (made: Made): Record<string, unknown> =>
  Object.fromEntries(
    settingsFor(planOf(findings(made), {})).map(({ path, value, open }) => [
      `${open === true ? "? " : ""}${path.join(".")}`,
      value,
    ]),
  );
const files = (...names: string[]): Made["settings"] => Object.fromEntries(names.map((name) => [name, { a: "1" }]));
const readme = (text: string) => [{ path: "README.md", line: 3, text }];

test.each<[string, string, Made, string | undefined]>([
  ["the only one", "config_path", { settings: files("settings.yaml") }, "settings.yaml"],
  ["an option without a default", "--config!", { settings: files("params.yaml") }, "params.yaml"],
  ["an option that need not be given", "--config", { settings: files("params.yaml") }, undefined],
  ["one with a default", "--config=params.yaml", { settings: files("params.yaml") }, undefined],
  ["another argument", "--name!", { settings: files("params.yaml") }, undefined],
  [
    "what its name says",
    "config",
    { settings: files("conf/predict.yaml", "conf/training.yaml") },
    "conf/training.yaml",
  ],
  [
    "the plainest of several",
    "config",
    { settings: files("c/train_big.yaml", "c/train.yaml", "c/train_rf.yaml") },
    "c/train.yaml",
  ],
  ["none of several", "config", { settings: files("c/train_a.yaml", "c/train_b.yaml") }, undefined],
  ["none where there is none", "config", {}, undefined],
  [
    "what the README tells it",
    "config",
    {
      settings: files("c/train_a.yaml", "c/train_b.yaml"),
      commands: readme("python train.py --config=./c/train_b.yaml"),
    },
    "c/train_b.yaml",
  ],
  [
    "nothing that the README tells another program",
    "config",
    {
      settings: files("c/train_a.yaml", "c/train_b.yaml"),
      commands: readme("python other.py c/train_b.yaml"),
    },
    undefined,
  ],
])("the file of settings that training means is %s", (_, spelled, made, expected) =>
  expect(settingsFile(argument(spelled), "train", findings(made), script("train.py"))).toBe(expected),
);

test("training that is told its settings has its model where they say, and its label", () => {
  const made: Made = {
    scripts: [withArguments("flats/fit_prices.py", ["config_path"], trains)],
    tables: { "flats.csv": ["rooms", "rent", "area"] },
    settings: {
      "conf/fit.yaml": { "model.out": "out/best/rent.pkl", "features.target_col": "rent" },
      "conf/ask.yaml": { model: "elsewhere/other.pkl", target_col: "area" },
    },
  };
  expect(settings(made)).toMatchObject({
    "commands.train": { command: "python -m flats.fit_prices conf/fit.yaml", "output-folder": "out/best" },
  });
  expect(planOf(findings(made), {}).saved).toEqual({ by: "pickle", path: "out/best/rent.pkl" });
});

test("of settings that name two columns, none is the label; of those that agree, it is", () => {
  const label = (...columns: string[]): unknown =>
    settings({
      scripts: [withArguments("fit.py", ["config_path"], trains)],
      tables: { "a.csv": ["one", "two", "three"] },
      settings: Object.fromEntries(columns.map((target, at) => [`conf/${at}.yaml`, { "data.label_name": target }])),
    })["data.label"];
  expect(label("two", "two")).toBe("two");
  expect(label("two", "one")).toBeUndefined();
  expect(label("none")).toBeUndefined();
});

test("a package is told what another file of it reads the arguments of", () => {
  const made: Made = {
    scripts: [
      script("src/rides/__main__.py", { reaches: ["src/rides/cli.py"], roots: ["src"] }),
      { ...withArguments("src/rides/cli.py", ["--files!"], trains), runs: false },
    ],
    files: ["src/rides/__init__.py"],
    settings: files("conf/train.yaml", "conf/promote.yaml"),
  };
  expect(JSON.stringify(settings(made))).toContain("python -m rides --files conf/train.yaml");
});

test.each<[string, string, string, Record<string, string>, [string, string]]>([
  ["the values of settings", "?val_size", "?seed", { "split.val_size": "0.2", seed: "3" }, ["0.2", "3"]],
  ["those of the program", "0.3", "7", { val_size: "0.2" }, ["0.3", "7"]],
  ["one of each", "0.3", "?seed", { "a.seed": "3" }, ["0.3", "3"]],
  ["no seed of several", "0.3", "?seed", { "a.seed": "3", "b.seed": "4" }, ["0.3", ""]],
  ["no seed that is no number", "0.3", "?seed", { seed: "now" }, ["0.3", ""]],
  ["no seed without the size", "?val_size", "?seed", { seed: "3" }, ["", ""]],
])("a split has %s", (_what, size, seed, values, [test_size, random_state]) =>
  expect(splitBySettings([{ test_size: size, random_state: seed, stratify: false }], values)).toEqual([
    { test_size, random_state, stratify: false },
  ]),
);

test("a split by an argument that training is not told is one by its default", () => {
  const values = defaultsOf([argument("--seed=7"), argument("--test-size=0.25"), argument("--input!")]);
  expect(values).toEqual({ seed: "7", test_size: "0.25" });
  const split = { test_size: "?test_size", random_state: "?seed", stratify: true };
  expect(splitBySettings([split], values)).toEqual([{ test_size: "0.25", random_state: "7", stratify: true }]);
});
