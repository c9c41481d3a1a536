import { expect, test } from "vitest";
import { plainName, rolesOf, wantsFile } from "../../../src/adopt/arguments.ts";
import { argument } from "./support.ts";

const roles = (purpose: string, ...names: string[]): string[] => {
  const args = names.map(argument);
  const found = rolesOf(args, purpose);
  return args.map((one) => found.get(one) ?? "-");
};

test.each(
  [
    "--data",
    "--data-dir",
    "--data_path",
    "--train-file",
    "--input",
    "--dataset=iris.csv",
    "--trainData",
    "--csv",
    "--data-folder!",
  ].map((name) => [name]),
)("%s of a training is its data", (name) => expect(roles("train", name)).toEqual(["data"]));

test.each(
  [
    "--output",
    "--out",
    "--model-dir",
    "--save-path",
    "--artifacts",
    "--output_dir=outputs",
    "--model-path=m.pkl",
    "--checkpoint-dir",
  ].map((name) => [name]),
)("%s of a training is where its model goes", (name) => expect(roles("train", name)).toEqual(["model"]));

test.each(
  ["--epochs", "--num-epochs", "--n_epochs=3", "--max-epochs", "--nb_epochs", "--trainEpochs"].map((name) => [name]),
)("%s is the number of epochs", (name) => expect(roles("train", name)).toEqual(["epochs"]));

test.each(
  [
    "--lr=0.1",
    "--seed=42",
    "--data-split=0.2",
    "--model-type=rf",
    "--train-size=0.8",
    "--n-estimators",
    "--input-dim=4",
  ].map((name) => [name]),
)("%s is nothing of the pipeline's", (name) => expect(roles("train", name)).toEqual(["-"]));

test("a model that is a name is the kind of model, where there is another place for it", () => {
  expect(roles("train", "--model=resnet18", "--output")).toEqual(["-", "model"]);
  expect(roles("train", "--model", "--output")).toEqual(["-", "model"]);
  expect(roles("train", "--model")).toEqual(["model"]);
});

test("an evaluation reads a model and writes elsewhere", () => {
  expect(roles("evaluate", "--csv", "--artifacts", "--out")).toEqual(["data", "model", "output"]);
  expect(roles("evaluate", "--model-path", "--test-data", "--report-dir", "--baseline", "--epochs")).toEqual([
    "model",
    "data",
    "output",
    "baseline",
    "-",
  ]);
});

test("hydra's keys count by their last words", () => {
  const args = ["data.path=data/x.csv", "training.max_epochs=5", "output_dir=outputs", "model.name=rf"].map(
    (text) => ({ ...argument(text), kind: "override" }) as const,
  );
  const found = rolesOf(args, "train");
  expect(args.map((one) => found.get(one))).toEqual(["data", "epochs", "model", undefined]);
});

test("a flag is no place", () => {
  const flag = { ...argument("--train"), kind: "flag" } as const;
  expect(rolesOf([flag], "train").size).toBe(0);
});

test.each([
  ["--train_data", "train-data"],
  ["cfg.data.path", "data-path"],
  ["dataDir", "data-dir"],
])("%s reads %s", (name, plain) => expect(plainName(name)).toBe(plain));

test.each([
  ["--data", {}, false],
  ["--data=x.csv", {}, true],
  ["--data-file", {}, true],
  ["--data", { data: "file" }, true],
  ["--data=x.csv", { data: "folder" }, false],
  ["--data=data/v1.0", {}, false],
])("%s, used as %j, is a file: %s", (name, used, isFile) => expect(wantsFile(argument(name), used)).toBe(isFile));
