import { expect, test } from "vitest";
import { firstTable, withInstances } from "../../../../src/measurements/serving/instances.ts";
import { described } from "../../data/support.ts";
import { configOf } from "../../support.ts";

test("the first rows are those of the first table in all its parts, and not of another one", () => {
  const files = [
    described("2024/part-0.csv", ["x", "y"]),
    described("2024/part-1.csv", ["x", "y"]),
    described("cities.csv", ["name"]),
  ];
  expect(firstTable({ files }).map(({ path }) => path)).toEqual(["2024/part-0.csv", "2024/part-1.csv"]);
});

test("where no table has rows, what gives requests in their place is named", async () => {
  const data = { entries: async () => ["a.png"], glob: async () => ["a.png"] };
  const context = { data, project: { requests: { tables: undefined } }, config: configOf("") };
  const asked = withInstances(context as unknown as Parameters<typeof withInstances>[0], 1);
  await expect(asked).rejects.toThrow(
    /^There is nothing to ask the served model for, .* tests\/shadow\/requests\.jsonl, or in a file that serve\.requests = "PATH" names.* No table .* it has a\.png/,
  );
});
