import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../../local/base/repository.ts";
import { isInstalled } from "../../local/installed.ts";
import { temporaryFolder } from "./fixture.ts";

const zod = { version: "4.6.7", integrity: "sha512-zod" };
const forMusl = { version: "2.6.8", integrity: "sha512-musl", optional: true };
const locked = { "": { version: "0.1.0" }, "node_modules/zod": zod, "node_modules/musl": forMusl };

test.each([
  ["everything but what is for other machines", { "node_modules/zod": zod }, true],
  ["other fields of the same packages", { "node_modules/zod": { ...zod, libc: ["glibc"] } }, true],
  ["a package is missing", { "node_modules/musl": forMusl }, false],
  ["another version", { "node_modules/zod": { ...zod, version: "4.6.8" } }, false],
  ["an optional package of another content", { "node_modules/zod": zod, "node_modules/musl": zod }, false],
  ["a package that is no longer locked", { "node_modules/zod": zod, "node_modules/ajv": zod }, false],
])("what is installed: %s", (_, installed, same) => {
  expect(isInstalled(locked, installed)).toBe(same);
});

/** A repository in which the program starts, but has no npm to install anything with. */
function checkout(packages: unknown): string {
  const root = temporaryFolder();
  for (const folder of ["bin", "local/cli", "node_modules/node/bin"])
    mkdirSync(join(root, folder), { recursive: true });
  copyFileSync(join(repository, "bin/ml-pipeline"), join(root, "bin/ml-pipeline"));
  copyFileSync(join(repository, "local/installed.ts"), join(root, "local/installed.ts"));
  symlinkSync(process.execPath, join(root, "node_modules/node/bin/node"));
  writeFileSync(join(root, "package.json"), '{ "type": "module" }');
  writeFileSync(join(root, "local/cli/main.ts"), 'console.log("started");');
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: locked }));
  const hidden = join(root, "node_modules/.package-lock.json");
  writeFileSync(hidden, JSON.stringify({ packages }));
  utimesSync(hidden, 0, 0);
  return root;
}

test("a lock file that was written anew installs nothing as long as it says the same", () => {
  const start = (root: string) =>
    spawnSync("/bin/sh", [join(root, "bin/ml-pipeline")], { encoding: "utf8", env: { HOME: root, PATH: "" } });

  expect(start(checkout({ "node_modules/zod": zod }))).toMatchObject({ status: 0, stdout: "started\n" });
  expect(start(checkout({}))).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/needs Node 20 or later and npm/),
  });
});
