import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAnswer } from "../../../local/cli/screen/write-out.ts";
import { temporaryFolder } from "../store/support.ts";

test("an answer replaces a file as a whole, with its permissions and through links, and nothing is left beside it", () => {
  const folder = temporaryFolder();
  const file = join(folder, "answer");
  writeFileSync(file, "before");
  chmodSync(file, 0o664);
  symlinkSync("answer", join(folder, "link"));
  const before = statSync(file).ino;
  writeAnswer(join(folder, "link"), "after");
  expect(readFileSync(file, "utf8")).toBe("after");
  expect(statSync(file).ino).not.toBe(before);
  expect(statSync(file).mode & 0o777).toBe(0o664);
  expect(lstatSync(join(folder, "link")).isSymbolicLink()).toBe(true);
  writeAnswer(join(folder, "new/answer"), "new");
  expect(readdirSync(join(folder, "new"))).toEqual(["answer"]);
  expect(readdirSync(folder).sort()).toEqual(["answer", "link", "new"]);
});
