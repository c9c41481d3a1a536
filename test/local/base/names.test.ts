import { expect, test } from "vitest";
import { kebab, nearest } from "../../../local/base/names.ts";

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
  ["dta", "data"],
  ["--epohcs", "--epochs"],
  ["full-pipline", "full-pipeline"],
  ["valid", "validate"],
  ["xyzzy", undefined],
])("%s was probably meant as %s", (word, meant) => {
  expect(nearest(word, ["data", "--epochs", "full-pipeline", "validate", "lint"])).toBe(meant);
});
