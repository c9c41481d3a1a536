import { counted, grouped, short } from "../../text.ts";
import type { Check } from "../check.ts";
import type { DecidingNumber, Phrase, Phrases } from "../phrase.ts";

/** Reasons about the content of a predictions file. */
export type SchemaReason =
  | { readonly code: "different-answers"; readonly answers: number; readonly more: boolean }
  | { readonly code: "no-rows"; readonly file: string }
  | {
      readonly code: "absent-columns";
      readonly file: string;
      readonly absent: readonly string[];
      readonly columns: readonly string[];
    }
  /** The value is the number of such rows; `rows` is the number of all. */
  | { readonly code: "empty-cells" | "nonfinite-cells" | "cells-without-number"; readonly rows: number }
  | { readonly code: "absent-column"; readonly setting: string }
  | { readonly code: "no-numbers" }
  | { readonly code: "extent"; readonly low: number; readonly high: number }
  | {
      readonly code: "unknown-answers";
      /** The most frequent ones. */
      readonly answers: readonly { readonly answer: string; readonly rows: number }[];
      readonly more: boolean;
    }
  /** The most frequent ones of each. */
  | {
      readonly code: "no-answer-is-a-label";
      readonly labels: readonly string[];
      readonly answers: readonly string[];
    }
  | { readonly code: "row-count"; readonly expected: number }
  | { readonly code: "class-collapse"; readonly answer: string; readonly rows: number };

/** The phrase for faulty cells of one column. */
const cells = (fault: string): Phrase<{ readonly rows: number }> => ({
  text: ({ what, value = 0 }, { rows }) => `${what} is ${fault} in ${grouped(value)} of ${counted(rows, "row")}`,
  deciding: ({ what, value = 0 }, { rows }) => ({
    figure: grouped(value),
    name: `of ${counted(rows, "row")}: ${what} is ${fault}`,
    against: [],
  }),
});

export const SCHEMA_PHRASES: Phrases<SchemaReason> = {
  "different-answers": {
    text: ({ value = 0 }, { answers, more }) =>
      `${counted(value, "prediction")}, ${counted(answers, "different answer")}${more ? " and more" : ""}`,
  },
  "no-rows": { text: (_, { file }) => `${file} has no rows` },
  "absent-columns": {
    text: (_, { file, absent, columns }) =>
      `${file} has no column ${absent.join(" and no column ")} (it has ${columns.join(", ")}; predictions.${absent.find((one) => one === "label" || one === "prediction") ?? "label"} says how a column is called)`,
  },
  "empty-cells": cells("empty"),
  "nonfinite-cells": cells("NaN or infinite"),
  "cells-without-number": cells("not a number"),
  "absent-column": { text: ({ what }, { setting }) => `there is no column ${what}, which ${setting} is about` },
  "no-numbers": {
    text: ({ what, limit }) =>
      `${what} has no numbers (expected ${short(limit?.min ?? 0)} to ${short(limit?.max ?? 0)})`,
  },
  extent: {
    text: ({ what, limit }, { low, high }) =>
      `${what} is from ${low} to ${high} (expected ${limit?.min} to ${limit?.max})`,
  },
  "unknown-answers": {
    text: (_, { answers, more }) => {
      const shown = answers.map(({ answer, rows }) => `${JSON.stringify(answer)} (${counted(rows, "row")})`);
      return `answers outside gates.schema.classes: ${shown.join(", ")}${more ? ", …" : ""}`;
    },
    deciding: (check) => counting(check, "answers outside gates.schema.classes"),
  },
  "no-answer-is-a-label": {
    text: (_, { labels, answers }) =>
      `no answer is among the labels: the evaluation writes the labels as ${quotedList(labels)} and the answers as ${quotedList(answers)}`,
  },
  "row-count": {
    text: ({ value = 0 }, { expected }) =>
      `${counted(value, "prediction")} for ${counted(expected, "row")} of evaluation data (gates.schema.rows-of)`,
    deciding: (check, { expected }) => counting(check, "predictions", `${counted(expected, "row")} of evaluation data`),
  },
  "class-collapse": {
    text: (_, { answer, rows }) => `class collapse: all ${grouped(rows)} predictions are ${JSON.stringify(answer)}`,
    deciding: (check, { rows }) => counting(check, `different answer in ${counted(rows, "prediction")}`),
  },
};

const quotedList = (texts: readonly string[]): string => texts.map((one) => JSON.stringify(one)).join(", ");

const counting = ({ value = 0 }: Check, name: string, ...against: string[]): DecidingNumber => ({
  figure: grouped(value),
  name,
  against,
});
