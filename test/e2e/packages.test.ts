import { afterEach, beforeEach, expect, it } from "vitest";
import { installsWhatItNames } from "./packages.ts";
import { type TestProject, tinyProject } from "./project.ts";

let project: TestProject;
beforeEach(async () => {
  project = await tinyProject();
});
afterEach(() => project.remove());

it("a project installs no package that another project has altered", async () => {
  await expect(installsWhatItNames(project)).resolves.toBeUndefined();
}, 300_000);
