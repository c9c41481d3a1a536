import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "../../local/base/repository.ts";
import { packagesIn } from "../support/imports.ts";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const manifest = (path: string): Manifest => JSON.parse(readFileSync(join(repository, path), "utf8"));

const { dependencies } = manifest("local/package.json");

// `bin/ml-pipeline` runs the Node of that package, which nothing imports.
test("local/package.json declares exactly what local/ imports, and the Node that runs it", () => {
  expect(Object.keys(dependencies).sort()).toEqual([...packagesIn(join(repository, "local")), "node"].sort());
});

// A workspace would ensure this. But the Dagger engine sees the module without local/, and npm removes a workspace
// whose folder is missing from the lock file, which `dagger develop` then writes back.
test("the versions are those that the root installs", () => {
  const root = manifest("package.json");
  expect({ ...root.devDependencies, ...root.dependencies }).toMatchObject(dependencies);
});
