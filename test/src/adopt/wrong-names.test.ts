import { expect, test } from "vitest";
import { wrongNames } from "../../../src/adopt/wrong-names.ts";
import { findings, script } from "./support.ts";

const said = (found: Parameters<typeof findings>[0]): string[] => wrongNames(findings(found)).map(({ text }) => text);

test.each<[string, boolean]>([
  ["sklearn", true],
  ["numpy\nsklearn>=1.0\n", true],
  ["sklearn # models", true],
  // An empty package, which asks for the right one.
  ["sklearn==0.0", false],
  ["sklearn==0\n", false],
  ["sklearn==0.0.post1", true],
  ["scikit-learn", false],
  ["sklearn-crfsuite", false],
])("requirements of %j have a wrong name: %s", (text, wrong) =>
  expect(said({ texts: { "requirements.txt": text } })).toEqual(
    wrong ? ["requirements.txt asks for sklearn, which cannot be installed: the package is scikit-learn"] : [],
  ),
);

test("a file that is read by a name in other letters is told", () => {
  const reads = ["heart.csv", "./data/Iris.csv", "data/none.csv", "Wine.csv"];
  expect(
    said({ scripts: [script("train.py", { reads })], files: ["Heart.csv", "data/Iris.csv", "Wine.csv", "wine.csv"] }),
  ).toEqual(["train.py reads heart.csv, and the file is Heart.csv: on Linux these are two names"]);
});

test("a path with the slashes of Windows is told, unless the file is called so", () => {
  const reads = ["raw\\students.csv", "raw\\Marks.csv", "raw\\none.csv", "odd\\name.csv"];
  const files = ["raw/students.csv", "raw/marks.csv", "odd\\name.csv", "odd/name.csv"];
  expect(said({ scripts: [script("train.py", { reads })], files })).toEqual([
    "train.py reads raw\\students.csv, and the file is raw/students.csv: on Linux a backslash parts no folders",
    "train.py reads raw\\Marks.csv, and the file is raw/marks.csv: on Linux a backslash parts no folders",
  ]);
});
