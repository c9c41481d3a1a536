import { expect, test } from "vitest";
import {
  type DataPlaces,
  dataFolderOf,
  dataFolderSetting,
  foldersOfData,
  notCode,
  placeInData,
} from "../../../../src/project/commands/data-folders.ts";
import type { EntryPoint } from "../../../../src/project/commands/entry-point.ts";

test.each([
  [undefined, "."],
  ["data", "."],
  ["data/", "."],
  ["./data", "."],
  ["data/processed", "processed"],
  ["processed", "processed"],
  ["./build/features/", "build/features"],
])("what is written to %s is at %s of the data", (folder, place) => {
  expect(placeInData(folder, "data")).toBe(place);
});

const entry = (outputFolder: string): EntryPoint => ({ title: "", args: [], env: {}, outputFolder });
const project: DataPlaces = {
  dataFolder: "data",
  entryPoints: { fetch: entry("raw"), prepare: entry("data/ready") },
};

test("folders beside the data folder hold data once their command has run", () => {
  expect(foldersOfData(project)).toEqual(["raw"]);
  expect(foldersOfData(project, [])).toEqual([]);
  expect(foldersOfData({ dataFolder: "data", entryPoints: { prepare: entry("./features") } })).toEqual(["features"]);
});

test("a folder of data that the settings name is where commands write to", () => {
  expect(placeInData("datasets/ready", "datasets")).toBe("ready");
  expect(placeInData(undefined, "src/pkg/data")).toBe(".");
  expect(placeInData("data/raw", "datasets")).toBe("data/raw");
  expect(placeInData("raw", ".")).toBe("raw");
  expect(foldersOfData({ ...project, dataFolder: "raw" })).toEqual(["data/ready"]);
});

test.each(["datasets", "./datasets/", "src/pkg/data", ".", "..data", "a/../b"])("%s is a folder of data", (folder) => {
  expect(dataFolderSetting.safeParse(folder).success).toBe(true);
});

test.each(["/mnt/data", "..", "../data", "a/../../data"])("%s is outside of the source", (folder) => {
  expect(dataFolderSetting.safeParse(folder).error?.issues[0]?.message).toContain("--data=DIR");
});

test("a folder is named in one way", () => {
  expect(["./datasets/", "datasets", "x/../datasets"].map((folder) => dataFolderOf({ folder }))).toEqual(
    Array(3).fill("datasets"),
  );
  expect(dataFolderOf({ folder: "./" })).toBe(".");
  expect(dataFolderOf({})).toBe("data");
});

test("data are no code, but for what else is in a folder of code", () => {
  const quoted = (path: string): string => path;
  expect(notCode(["src/train.py"], "datasets", quoted)).toEqual(["datasets"]);
  expect(notCode(["src/pkg/data/__init__.py"], "src/pkg/data", quoted)).toContain("src/pkg/data/**/*.csv");
  expect(notCode(["src/pkg/data/__init__.py"], "src/pkg/data", quoted)).not.toContain("src/pkg/data");
  expect(notCode(["train.py"], ".", quoted)).toEqual([]);
});
