import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../local/base/repository.ts";
import { sectionsOf } from "../release/changelog.ts";
import { PINNED, versionsIn } from "../release/pinned.ts";

const read = (file: string): string => readFileSync(join(repository, file), "utf8");
const { version } = JSON.parse(read("package.json"));

test("the lock file is of this version", () => {
  const lock = JSON.parse(read("package-lock.json"));
  expect([lock.version, lock.packages[""].version]).toEqual([version, version]);
});

/** What nobody copies, and the history, which names all versions. */
const others = /^(test\/(?!support\/ci-files)|release\/|CHANGELOG\.md)/;
const tracked = execFileSync("git", ["-C", repository, "ls-files", "-z"], { encoding: "utf8" }).split("\0");
const text = (file: string): string | undefined => {
  const content = readFileSync(join(repository, file));
  return content.includes(0) ? undefined : content.toString();
};
const naming = tracked
  .filter((file) => file !== "" && !others.test(file))
  .map((file) => [file, versionsIn(text(file) ?? "")] as const)
  .filter(([, versions]) => versions.length > 0);

test.each(naming)("%s names this version of the project alone", (_, versions) => {
  expect([...new Set(versions)]).toEqual([version]);
});

// Else a release would leave it behind.
test("what names the version is known to the release, or is generated", () => {
  const generated = /^(ci\/|docs\/reference\.md$)/;
  const unknown = naming.map(([file]) => file).filter((file) => !generated.test(file));
  expect([...PINNED].sort()).toEqual(unknown.sort());
});

test("the newest section of the changelog is this version's, where anything was released", () => {
  const [unreleased, newest] = sectionsOf(read("CHANGELOG.md"));
  expect(unreleased?.name).toBe("Unreleased");
  if (newest !== undefined) expect(newest.name).toBe(version);
});
