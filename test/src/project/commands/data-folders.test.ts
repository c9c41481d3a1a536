import { expect, test } from "vitest";
import { foldersOfData, placeInData } from "../../../../src/project/commands/data-folders.ts";
import type { EntryPoint, EntryPoints } from "../../../../src/project/commands/entry-point.ts";

test.each([
  [undefined, "."],
  ["data", "."],
  ["data/", "."],
  ["./data", "."],
  ["data/processed", "processed"],
  ["processed", "processed"],
  ["./build/features/", "build/features"],
])("what is written to %s is at %s of the data", (folder, place) => {
  expect(placeInData(folder)).toBe(place);
});

const entry = (outputFolder: string): EntryPoint => ({ title: "", args: [], env: {}, outputFolder });
const project: { entryPoints: EntryPoints } = { entryPoints: { fetch: entry("raw"), prepare: entry("data/ready") } };

test("folders beside the data folder hold data once their command has run", () => {
  expect(foldersOfData(project)).toEqual(["raw"]);
  expect(foldersOfData(project, [])).toEqual([]);
  expect(foldersOfData({ entryPoints: { prepare: entry("./features") } })).toEqual(["features"]);
});
