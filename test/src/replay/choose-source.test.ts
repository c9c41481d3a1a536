import { expect, test } from "vitest";
import { checkoutAlone, chooseSource } from "../../../src/replay/choose-source.ts";

const same = { differences: [] };
const other = { differences: ["src/train.py changed"] };
const lacking = { lacking: "commit 1b2c is not in the repository: `git fetch origin 1b2c`, then again" };

test("the checkout is enough where it is what failed, where nobody can tell, and where it is to be taken as it is", () => {
  expect(checkoutAlone(same, false)).toEqual({
    ...{ use: "checkout", isSame: true, text: "the checkout, which is what failed" },
  });
  expect(checkoutAlone({ differences: undefined }, false)).toMatchObject({ use: "checkout" });
  expect(checkoutAlone({ differences: undefined }, false)?.isSame).toBeUndefined();
  expect(checkoutAlone(other, true)).toEqual({
    ...{ use: "checkout", isSame: false, text: "the checkout as it is (--as-it-is): src/train.py changed" },
  });
});

test("something else is looked for where it differs or cannot be read", () => {
  expect(checkoutAlone(other, false)).toBeUndefined();
  expect(checkoutAlone(lacking, true)).toBeUndefined();
});

test("the commit is taken where it is what failed", () => {
  expect(chooseSource(other, same, "1b2c")).toEqual({
    ...{ use: "commit", isSame: true },
    text: "commit 1b2c of the repository, since the checkout is not what failed: src/train.py changed",
  });
  expect(chooseSource({ lacking: "no pyproject.toml" }, same, "1b2c").text).toContain("no pyproject.toml");
});

test("the checkout is taken where the commit cannot be had, with what to do, or differs as well", () => {
  expect(chooseSource(other, lacking, "1b2c")).toEqual({
    ...{ use: "checkout", isSame: false },
    text: `the checkout, which is not what failed: src/train.py changed; ${lacking.lacking}`,
  });
  expect(chooseSource(other, { differences: ["a.py was added"] }, "1b2c").text).toMatch(
    /; nor is commit 1b2c, so what failed was never committed: a\.py was added$/,
  );
});

test("what can be read of both is taken where the checkout cannot be", () => {
  expect(chooseSource({ lacking: "broken" }, other, "1b2c")).toEqual({
    ...{ use: "commit", isSame: false, text: "commit 1b2c, which is not what failed: src/train.py changed" },
  });
  expect(chooseSource({ lacking: "broken" }, lacking, "1b2c")).toEqual({
    ...{ use: "checkout", isSame: false, text: "broken" },
  });
});
