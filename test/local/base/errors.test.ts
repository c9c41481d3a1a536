import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { withEnginesPage } from "../../../local/base/errors.ts";

it("a message about the host names a page of the manual that there is", () => {
  const [message, page] = withEnginesPage("slirp4netns is missing").split("\n");
  expect(message).toBe("slirp4netns is missing");
  const [, path = ""] = /^See (docs\/\S+) of ml-pipeline\.$/.exec(page ?? "") ?? [];
  expect(existsSync(new URL(`../../../${path}`, import.meta.url))).toBe(true);
});
