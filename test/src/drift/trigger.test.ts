import { expect, test } from "vitest";
import { retrainCall, watched } from "../../../src/drift/trigger.ts";

const column = (column: string, outcome: "drifted" | "alike" | "inconclusive") => ({ column, outcome });

test("a retraining is told which columns drifted, each once, as a list and a shell leave them whole", () => {
  const tests = [column("a,b", "drifted"), column("x", "drifted"), column("x", "drifted"), column("y", "alike")];
  expect(watched("retrain", tests)).toEqual(["a%2Cb", "x"]);
  expect(watched("look", tests)).toEqual([]);
  expect(retrainCall(["a%2Cb", "x"])).toBe("ml-pipeline retrain --trigger=drift --watch=a%2Cb,x");
  expect(retrainCall([])).toBe("ml-pipeline retrain --trigger=drift");
});

test("of more columns than a variable of a CI system has room for, as many are told as it has", () => {
  const tests = Array.from({ length: 500 }, (_, index) => column(`a rather long name ${index}`, "drifted"));
  const columns = watched("retrain", tests);
  expect(columns.length).toBeGreaterThan(50);
  expect(columns.join(",").length).toBeLessThanOrEqual(2000);
});
