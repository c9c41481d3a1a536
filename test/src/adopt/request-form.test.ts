import { expect, test } from "vitest";
import { answerKey, isOfOneRow, requestForm } from "../../../src/adopt/request-form.ts";
import { templateProblem } from "../../../src/project/serving/template.ts";

const COLUMNS = new Set(["age", "sex", "text", "income"]);

test.each<[string, readonly string[], Readonly<Record<string, string>>, boolean, string | undefined]>([
  ["nothing that the text says", [], {}, false, undefined],
  ["the convention's", ["instances"], {}, false, "instances"],
  ["a record", ["age", "sex"], { age: "float" }, false, "record"],
  ["a record of one column", ["text"], { text: "str" }, false, "record"],
  ["records", ["age"], {}, true, "records"],
  ["a record of any fields", [], { "": "dict" }, false, "record"],
  ["records of any fields", [], { "": "dict" }, true, "records"],
  ["MLflow's", ["dataframe_split"], {}, false, "dataframe_split"],
  ["the values of a row", ["features"], { features: "list[float]" }, false, '{"features": {values}}'],
  ["those of several", ["data"], { data: "List[List[float]]" }, false, '{"data": {matrix}}'],
  ["an array", ["input_series"], { input_series: "np.ndarray" }, false, '{"input_series": {matrix}}'],
  ["rows", ["inputs"], { inputs: "list[Passenger]" }, false, '{"inputs": {rows}}'],
  ["a row in a field", ["row"], { row: "dict[str, float]" }, false, '{"row": {row}}'],
  ["a field of another name", ["review"], { review: "str" }, false, undefined],
  ["columns and more", ["age", "token"], {}, false, undefined],
])("a program reads %s", (_what, body, types, several, form) => {
  const found = requestForm({ body: [...body], types, several }, COLUMNS);
  expect(found).toBe(form);
  if (found?.startsWith("{")) expect(templateProblem(found)).toBeUndefined();
});

test.each([
  ["record", true],
  ["instances", false],
  ['{"features": {values}}', true],
])("%s is of one row: %s", (request, one) => expect(isOfOneRow(request)).toBe(one));

test.each<[readonly string[], boolean, string | undefined]>([
  [["predictions", "model"], false, undefined],
  [["predictions"], true, "predictions"],
  [["probability", "prediction"], true, "prediction"],
  [["predicted_class", "confidence"], true, "predicted_class"],
  [["income_prediction"], true, "income_prediction"],
  [["label", "score"], true, "label"],
  [["price"], true, "price"],
  [["a", "b"], true, undefined],
  [[], true, undefined],
])("of the keys %j, one row %s: %s", (keys, one, key) => expect(answerKey(keys, one)).toBe(key));

test("fields that are spelled otherwise than the columns are taken from these", () => {
  const columns = new Set(["age", "hours-per-week", "income"]);
  const types = { age: "int", hours_per_week: "int" };
  const body = ["age", "hours_per_week"];
  expect(requestForm({ body, types, several: false }, columns)).toBe(
    '{"age": {row.age}, "hours_per_week": {row.hours-per-week}}',
  );
  expect(requestForm({ body: [...body, "other"], types, several: false }, columns)).toBeUndefined();
});

test("without data, several plain fields are a record", () => {
  const types = { age: "int", sex: "Optional[str]" };
  expect(requestForm({ body: ["age", "sex"], types, several: false }, new Set())).toBe("record");
  expect(requestForm({ body: ["age", "sex"], types, several: true }, new Set())).toBe("records");
  expect(
    requestForm({ body: ["age", "rows"], types: { ...types, rows: "list[float]" }, several: false }, new Set()),
  ).toBeUndefined();
});
