import type { Directory } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { dataBeside } from "../../../src/containers/app.ts";

const DATA = {} as Directory;

/** Where the data are mounted for a command of a project that has these Python files. */
function mounts(pythonFiles: readonly string[], folder?: string): string[] {
  const entry = { title: "commands.train", args: ["python", "train.py"], env: {} };
  const found = dataBeside({ pythonFiles }, folder === undefined ? entry : { ...entry, folder }, DATA);
  for (const { directory } of found) expect(directory).toBe(DATA);
  return found.map(({ path }) => path);
}

test("a command that runs in a folder finds the data in its data/", () => {
  expect(mounts(["app/train.py"], "app")).toEqual(["/app/app/data"]);
  expect(mounts(["services/model/train.py", "data/load.py"], "services/model")).toEqual(["/app/services/model/data"]);
});

test("one that runs at the root finds them where all do, and code that is called data stays", () => {
  expect(mounts(["train.py"])).toEqual([]);
  expect(mounts(["app/train.py", "app/data/load.py"], "app")).toEqual([]);
  expect(mounts(["app/data/deep/load.py"], "app")).toEqual([]);
  expect(mounts(["app/database.py", "app2/data/x.py"], "app")).toEqual(["/app/app/data"]);
});
