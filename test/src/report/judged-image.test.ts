import { expect, test } from "vitest";
import { type JudgedReport, requireJudged } from "../../../src/report/judged-image.ts";

const image = (letter: string): string => `localhost:5000/model:v1@sha256:${letter.repeat(64)}`;
const report = (more: Partial<JudgedReport> = {}): JudgedReport => ({
  ...{ verdict: "passed", hashes: {}, image: { id: "sha256:1", published: image("a") } },
  ...more,
});

test("a report speaks for the image that its run pushed, whatever the tag or the registry's name", () => {
  expect(() => requireJudged(report(), image("a"))).not.toThrow();
  expect(() =>
    requireJudged(report(), image("a").replace("localhost:5000/model:v1", "mirror.example/model")),
  ).not.toThrow();
});

test.each<[string, Partial<JudgedReport>, RegExp]>([
  ["another image", { image: { id: "sha256:1", published: image("b") } }, /--report is about another image/],
  ["no image", {}, /pushed no image/],
  [
    "a run that failed",
    { verdict: "failed", failure: { stage: "judge", message: "gate metrics: x" } },
    /failed, so .*: judge: gate metrics: x/,
  ],
])("a report of %s does not", (what, more, words) => {
  const given = report(more);
  const { image: _image, ...without } = given;
  expect(() => requireJudged(what === "no image" ? without : given, image("a"))).toThrow(words);
});
