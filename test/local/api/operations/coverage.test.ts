import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "../../../../local/api/operations/index.ts";
import { fieldsUsed } from "./fields-used.ts";

const offered = new Set(operations.map(({ on, name }) => `${on}.${name}`));
/** Fields that no row of the conformance table can ask for, and why. */
const withoutRow: Readonly<Record<string, string>> = {
  "CurrentModule.name": "only the command line runs a module; its tests ask",
  "CurrentModule.source": "as above",
  "Query.currentModule": "as above",
  "Container.terminal": "no test has a terminal but those of the command line: test/e2e/replay.test.ts",
};

let used: ReturnType<typeof fieldsUsed<"src" | "test/conformance/rows">>;

beforeAll(() => {
  used = fieldsUsed(["src", "test/conformance/rows"]);
}, 600_000);

describe("the table of operations", () => {
  test("has every field that the module uses", () => {
    expect(used.src.size).toBeGreaterThan(10);
    const missing = [...used.src].filter(([field]) => !offered.has(field));
    expect(missing, "fields that src/ uses and the local engine lacks").toEqual([]);
  });

  test("has a row of the conformance table for every field", () => {
    const rows = used["test/conformance/rows"];
    const untested = [...offered].filter((field) => !rows.has(field) && !(field in withoutRow));
    expect(untested, "fields of the table that no conformance row uses").toEqual([]);
  });

  test("names each field once", () => {
    expect(offered.size).toBe(operations.length);
  });

  test("documents every field and argument", () => {
    const silent = operations.flatMap(({ on, name, doc, args }) => [
      ...(doc === "" ? [`${on}.${name}`] : []),
      ...Object.entries(args)
        .filter(([, argument]) => argument.doc === "")
        .map(([argument]) => `${on}.${name}(${argument})`),
    ]);
    expect(silent).toEqual([]);
  });
});
