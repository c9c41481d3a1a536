import { expect, test } from "vitest";
import { configurationFile } from "../../../src/project/configuration-file.ts";

const table = "[tool.ml-pipeline.gates.metrics]\naccuracy = 0.9\n";

test("a file of its own comes before pyproject.toml, and its tables have no prefix", () => {
  const mlPipeline = "\n[gates.metrics]\n";
  expect(configurationFile({ mlPipeline, pyproject: table })).toEqual({
    ...{ file: "ml-pipeline.toml", tables: { "gates.metrics": 2 }, keys: {} },
  });
  expect(configurationFile({ pyproject: table })).toEqual({
    ...{ file: "pyproject.toml", tables: { "gates.metrics": 1 }, keys: { "gates.metrics.accuracy": 2 } },
  });
  expect(configurationFile({})).toBeUndefined();
});
