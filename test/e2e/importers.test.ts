import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startRegistry, type TestRegistry } from "../support/registry.ts";
import { fails } from "./deployer.ts";
import { IMPORTER_SCENARIOS, onIncluded } from "./importers.ts";
import { type TestProject, tinyProject } from "./project.ts";

let registry: TestRegistry;
let project: TestProject;
beforeAll(async () => {
  registry = await startRegistry();
  project = await tinyProject();
}, 600_000);
afterAll(async () => {
  await project.remove();
  await registry.close();
});

describe("a module in TypeScript that imports this one, on the included engine,", () => {
  it.each(IMPORTER_SCENARIOS)(
    "$name",
    ({ run }) => run({ call: onIncluded("typescript"), project, registry }),
    600_000,
  );
});

it.each(["python", "go"])("the included engine says that a module in %s needs the Dagger engine", async (language) => {
  expect(await fails(onIncluded(language)(["pull-request"]))).toContain(
    `examples/modules/${language}/dagger.json: the local engine runs TypeScript modules; this one needs the Dagger engine`,
  );
});
