import { expect, test } from "vitest";
import { camel, kebab, nearest, pascal } from "../../../local/base/names.ts";

test.each([
  ["buildImage", "build-image"],
  ["withGPU", "with-gpu"],
  ["asTarballURL", "as-tarball-url"],
  ["lint", "lint"],
  ["member_name", "member-name"],
])("%s is typed as %s", (name, typed) => {
  expect(kebab(name)).toBe(typed);
});

test.each([
  ["ml-pipeline", "mlPipeline", "MlPipeline"],
  ["team_pipeline", "teamPipeline", "TeamPipeline"],
  ["Sample", "sample", "Sample"],
])("%s is %s among fields and %s among types", (name, field, type) => {
  expect([camel(name), pascal(name)]).toEqual([field, type]);
});

test.each([
  ["dta", "data"],
  ["--epohcs", "--epochs"],
  ["full-pipline", "full-pipeline"],
  ["valid", "validate"],
  ["xyzzy", undefined],
])("%s was probably meant as %s", (word, meant) => {
  expect(nearest(word, ["data", "--epochs", "full-pipeline", "validate", "lint"])).toBe(meant);
});
