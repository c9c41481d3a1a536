import { expect, test } from "vitest";
import { checkDvc } from "../../../src/adopt/check-dvc.ts";
import type { Findings } from "../../../src/adopt/findings.ts";
import { findings } from "./support.ts";

type Tracked = Findings["dvc"]["tracked"][number];
const out = (path: string, state: Tracked["state"], file = `${path}.dvc`, role: Tracked["role"] = "outs"): Tracked => ({
  ...{ file, path, state, role },
});
const told = (tracked: Tracked[], remote = true, canPull = false): string[] =>
  checkDvc({ ...findings({}), dvc: { tracked, remote } }, canPull).map(({ kind, text }) => `${kind} ${text}`);

test("what is as DVC noted it, or can be pulled, is nothing to tell", () => {
  expect(told([out("data/a.csv", "same"), out("data/b.csv", "missing")])).toEqual([]);
  expect(told([out("data/b.csv", "missing")], false, true)).toEqual([]);
  // Nothing pulls what is outside of the data.
  expect(told([out("models/m.pkl", "missing")], false)).toEqual([]);
});

test("data that were changed since are told, and fail a run where it verifies them", () => {
  expect(told([out("data/a.csv", "different")])).toEqual([
    "fails data/a.csv is not what data/a.csv.dvc says: `dvc checkout` has the tracked version again, `dvc add` and a commit of data/a.csv.dvc keep this one",
  ]);
  expect(told([out("models/m.pkl", "different")])[0]).toMatch(
    /^guess models\/m\.pkl is not what models\/m\.pkl\.dvc says/,
  );
  expect(told([out("data/a.csv", "different", "dvc.lock", "deps"), out("o.csv", "different", "dvc.lock")])).toEqual([
    "guess data/a.csv is not what dvc.lock says, as an input of a stage: `dvc repro` makes it anew",
    "guess o.csv is not what dvc.lock says, as an output of a stage: `dvc repro` makes it anew",
  ]);
});

test("data that are absent and have no remote are missing", () => {
  expect(told([out("data/a.csv", "missing")], false)).toEqual([
    "missing data/a.csv is not there, and .dvc/config names no remote to pull it from (data/a.csv.dvc): `dvc remote add --default NAME URL` and a commit of .dvc/config, or --dvc-config, name one",
  ]);
});

test("of many only some are named", () => {
  const many = Array.from({ length: 9 }, (_, index) => out(`data/${index}.csv`, "different"));
  expect(told(many)).toHaveLength(6);
  expect(told(many).at(-1)).toBe("guess and 4 more that DVC tracks");
});
