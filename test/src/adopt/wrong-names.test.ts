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
