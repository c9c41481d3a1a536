import { expect, test } from "vitest";
import { type ScoreColumns, scoreColumns } from "../../../src/adopt/score-columns.ts";

const words = ["a", "b", "c"];

test.each<[string, readonly string[], readonly string[], readonly string[], ScoreColumns]>([
  ["a pattern", words, ["proba_{class}"], [], { scores: "proba_{class}" }],
  ["a pattern, without data", [], ["p_{class}"], [], { scores: "p_{class}" }],
  ["a number for a word", words, ["p_{index}"], [], { scores: ["p_0", "p_1", "p_2"] }],
  ["a number for a number", ["0", "1", "2"], ["p_{index}"], [], { scores: "p_{class}" }],
  ["a number for nobody knows what", [], ["p_{index}"], [], {}],
  ["two classes", ["no", "yes"], ["prob_{class}"], [], { score: "prob_yes" }],
  ["columns by name", words, [], ["label", "score-a", "score-b", "score-c"], { scores: "score-{class}" }],
  ["columns that end otherwise", words, [], ["a_proba", "b_proba", "c_proba"], { scores: "{class}_proba" }],
  ["columns of some classes", words, [], ["p_a", "p_b"], {}],
  ["columns of other things", words, ["feature_{class}"], ["x_a", "x_b", "x_c"], {}],
])("score columns by %s", (_what, classes, patterns, columns, found) =>
  expect(scoreColumns({ classes }, { score_patterns: [...patterns] }, columns)).toEqual(found),
);
