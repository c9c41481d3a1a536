import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
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

/** A clone with packages of which each needs others, and a program by the name of npm that installs what a lock file locks. */
function clone() {
  const root = temporaryFolder();
  for (const folder of ["bin", "local/cli", "programs"]) mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["bin/ml-pipeline", "local/installed.ts", "local/first-install.mjs", "local/sdk-link.mjs"])
    copyFileSync(join(repository, file), join(root, file));
  writeFileSync(join(root, "local/cli/main.ts"), 'console.log("started");');
  const json = (file: string, value: object) => writeFileSync(join(root, file), JSON.stringify(value));
  json("package.json", {
    type: "module",
    version: "0.1.0",
    dependencies: { zod: "^4" },
    devDependencies: { vitest: "^5" },
  });
  json("local/package.json", { type: "module", dependencies: { node: "^24", graphql: "^16" } });
  json("programs/package.json", { type: "commonjs" });
  const lock = (packages: object) => json("package-lock.json", { lockfileVersion: 3, packages });
  lock(lockedByClone);
  const npm = `#!${process.execPath}
    const { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } = require("node:fs");
    const lock = readFileSync("package-lock.json", "utf8");
    const { packages } = JSON.parse(lock);
    if (packages["node_modules/zod"]?.version === "0.0.0") process.exit(1);
    for (const place of Object.keys(packages)) if (place !== "") mkdirSync(place, { recursive: true });
    if ("node_modules/node" in packages) {
      mkdirSync("node_modules/node/bin", { recursive: true });
      if (!existsSync("node_modules/node/bin/node")) symlinkSync(process.execPath, "node_modules/node/bin/node");
    }
    writeFileSync("node_modules/.package-lock.json", lock);`;
  writeFileSync(join(root, "programs/npm"), npm, { mode: 0o755 });
  const path = [join(root, "programs"), dirname(process.execPath), process.env.PATH].join(delimiter);
  const start = () =>
    spawnSync(join(root, "bin/ml-pipeline"), [], { encoding: "utf8", env: { HOME: join(root, "home"), PATH: path } });
  const packages = () => readdirSync(join(root, "node_modules")).filter((name) => !name.startsWith("."));
  return { root, start, packages, lock };
}

const lockedByClone = {
  "": {},
  "node_modules/zod": { version: "4.6.7" },
  "node_modules/node": { version: "24.21.0", dev: true, dependencies: { setup: "1" } },
  "node_modules/setup": { version: "1.1.0", dev: true },
  "node_modules/graphql": {
    version: "16.14.0",
    dev: true,
    dependencies: { tag: "1" },
    optionalDependencies: { nowhere: "1" },
  },
  "node_modules/graphql/node_modules/tag": { version: "1.0.0", dev: true, peerDependencies: { peer: "1" } },
  "node_modules/tag": { version: "2.0.0", dev: true },
  "node_modules/peer": { version: "1.0.0", dev: true },
  "node_modules/vitest": { version: "5.1.1", dev: true, dependencies: { tag: "2" } },
};

test("the first use installs what a call needs, and not what tests need; the next one installs nothing", () => {
  const { root, start, packages } = clone();
  expect(start()).toMatchObject({ status: 0, stdout: "started\n", stderr: expect.stringContaining("first use") });
  expect(packages().sort()).toEqual(["graphql", "node", "peer", "setup", "zod"]);
  expect(readdirSync(join(root, "node_modules/graphql/node_modules"))).toEqual(["tag"]);
  expect(start()).toMatchObject({ status: 0, stdout: "started\n", stderr: "" });
  utimesSync(join(root, "package-lock.json"), new Date(), new Date(Date.now() + 60_000));
  expect(start()).toMatchObject({ status: 0, stdout: "started\n", stderr: "" });
});

test("another lock file is installed, and where that fails what there was is left", () => {
  const { start, packages, lock } = clone();
  start();
  const later = { ...lockedByClone, "node_modules/zod": { version: "4.7.0", dependencies: { tag: "2" } } };
  lock(later);
  expect(start()).toMatchObject({ status: 0, stdout: "started\n", stderr: expect.stringContaining("first use") });
  expect(packages()).toContain("tag");
  lock({ ...later, "node_modules/zod": { version: "0.0.0" } });
  expect(start()).toMatchObject({ status: 2, stderr: expect.stringContaining("npm ci failed") });
  expect(packages()).toContain("tag");
});

test("whoever has all packages gets all of another lock file", () => {
  const { root, start, packages, lock } = clone();
  execFileSync(join(root, "programs/npm"), { cwd: root });
  lock({ ...lockedByClone, "node_modules/ajv": { version: "8.20.0", dev: true } });
  utimesSync(join(root, "package-lock.json"), new Date(), new Date(Date.now() + 60_000));
  rmSync(join(root, "node_modules/node"), { recursive: true });
  expect(start()).toMatchObject({ status: 0, stdout: "started\n", stderr: expect.stringContaining("first use") });
  expect(packages()).toEqual(expect.arrayContaining(["ajv", "vitest"]));
});

test("a lock file that was written anew installs nothing as long as it says the same", () => {
  const start = (root: string) =>
    spawnSync("/bin/sh", [join(root, "bin/ml-pipeline")], { encoding: "utf8", env: { HOME: root, PATH: "" } });

  expect(start(checkout({ "node_modules/zod": zod }))).toMatchObject({ status: 0, stdout: "started\n" });
  expect(start(checkout({}))).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/needs Node 20 or later and npm/),
  });
});
