import { expect, test } from "vitest";
import { projectWords } from "../../../src/report/project.ts";

const COMMIT = "1b2c3d4e5f60718293a4b5c6d7e8f90112233445";

test.each([
  [undefined, {}],
  [{ name: "census" }, { name: "census" }],
  [{ commit: COMMIT, branch: "main" }, { checkout: "main at 1b2c3d4e5f60" }],
  [{ commit: `${COMMIT}0011223344556677889900aa` }, { checkout: "1b2c3d4e5f60" }],
  [{ commit: "v1.2, with changes" }, { checkout: "v1.2, with changes" }],
  [{ branch: "main" }, { checkout: "main" }],
])("%o is told as %o", (project, words) => {
  expect(projectWords(project === undefined ? {} : { project })).toEqual(words);
});
