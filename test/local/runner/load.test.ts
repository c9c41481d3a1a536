import { readdirSync, readFileSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { loadModule } from "../../../local/runner/module/load.ts";
import { fixturePath, temporaryFolder } from "../fixture.ts";

// Reading a module takes seconds, and longer on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

test("a module is read again when its kept description is damaged, and only then", () => {
  const cache = temporaryFolder();
  const read = vi.fn();
  const { objects, enums } = loadModule(fixturePath, cache, read);
  loadModule(fixturePath, cache, read);
  expect(read).toHaveBeenCalledTimes(1);

  const [name = ""] = readdirSync(join(cache, "modules"));
  const file = join(cache, "modules", name, "module.json");
  const whole = readFileSync(file, "utf8");
  truncateSync(file, whole.length / 2);
  expect(loadModule(fixturePath, cache, read)).toMatchObject({ objects, enums });
  expect(read).toHaveBeenCalledTimes(2);

  const core = join(cache, "modules", name, "core/Directory.json");
  truncateSync(core, 10);
  expect(() => loadModule(fixturePath, cache).core("Directory")).toThrow(`${core}: damaged; remove `);
});
