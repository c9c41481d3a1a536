import type { DataConfig } from "../settings.ts";
import type { Draft, Suggestion } from "./draft.ts";
import { tomlComment, tomlKey, tomlNumber, tomlText, tomlTexts } from "./toml.ts";

/** What says how a CSV is written, in the order in which it is proposed. */
const DIALECT_KEYS = ["encoding", "delimiter", "escape", "decimal", "thousands"] as const;

/** The options for reading the data, which are copied from the project's configuration. */
export interface ReadingOptions extends Pick<DataConfig, (typeof DIALECT_KEYS)[number]> {
  readonly files?: readonly string[] | undefined;
}

/**
 * The draft as a TOML table.
 *
 * @param table its name: `tool.ml-pipeline.data` in pyproject.toml, `data` in ml-pipeline.toml
 * @param asks whether a line asks for the label where there is none
 */
export function writeDraft(draft: Draft, reading: ReadingOptions, table: string, asks = true): string {
  const { label, required, unique, finite, minRows, minClassRatio, maxDuplicates, leakage } = draft;
  return [
    `[${table}]`,
    ...readingOptionLines(reading),
    ...(label === undefined ? (asks ? [LABEL_QUESTION] : []) : [line("label", tomlText(label.value), label.comment)]),
    ...(required.value.length === 0 ? [] : [line("required", tomlTexts(required.value), required.comment)]),
    ...(unique.length === 0 ? [] : [line("unique", tomlTexts(unique), "")]),
    ...(finite === undefined ? [] : [line("finite", String(finite.value), finite.comment)]),
    line("min-rows", tomlNumber(minRows.value), minRows.comment),
    ...(minClassRatio === undefined
      ? []
      : [
          line(
            "min-class-ratio",
            tomlNumber(minClassRatio.value),
            `rarest class : most common class; ${minClassRatio.comment}`,
          ),
        ]),
    line(
      "max-duplicates",
      tomlNumber(maxDuplicates.value),
      ["share of rows", maxDuplicates.comment].filter(Boolean).join("; "),
    ),
    ...subtable(`${table}.types`, draft.types, tomlText),
    ...subtable(`${table}.values`, draft.values, (values) => tomlTexts(values)),
    ...subtable(`${table}.ranges`, draft.ranges, (ends) => `[${ends.map(tomlNumber).join(", ")}]`),
    ...subtable(`${table}.max-nulls`, draft.maxNulls, tomlNumber),
    ...Object.entries(draft.text).flatMap(([name, { value, comment }]) => [
      "",
      `[${table}.text.${tomlKey(name)}]`,
      tomlComment(comment),
      `min-length = ${value.min}`,
      `max-length = ${value.max}`,
      `min-median-length = ${value.median}`,
    ]),
    ...(leakage === undefined
      ? []
      : [
          ...["", `[${table}.leakage]`, tomlComment(leakage.comment)],
          `train = ${tomlTexts(leakage.value.train)}`,
          `evaluation = ${tomlTexts(leakage.value.evaluation)}`,
          ...(leakage.value.columns === undefined ? [] : [`columns = ${tomlTexts(leakage.value.columns)}`]),
          `max-share = ${tomlNumber(leakage.value.maxShare)}`,
        ]),
    "",
  ].join("\n");
}

const LABEL_QUESTION = tomlComment(
  'label = "…": which column is predicted? It is mandatory then, and its classes are counted',
);

export const readingOptionLines = (options: ReadingOptions): string[] => [
  ...(options.files === undefined ? [] : [`files = ${tomlTexts(options.files)}`]),
  ...DIALECT_KEYS.flatMap((key) => {
    const value = options[key];
    return value === undefined ? [] : [`${key} = ${tomlText(value)}`];
  }),
];

/** `key = value  # comment`; for a value of several lines, the comment stands above. */
export function line(key: string, value: string, comment: string): string {
  if (comment === "") return `${key} = ${value}`;
  return value.includes("\n")
    ? `${tomlComment(comment)}\n${key} = ${value}`
    : `${key} = ${value}  ${tomlComment(comment)}`;
}

function subtable<Value>(
  name: string,
  columns: Readonly<Record<string, Suggestion<Value>>>,
  text: (value: Value) => string,
): string[] {
  const entries = Object.entries(columns);
  if (entries.length === 0) return [];
  return [
    "",
    `[${name}]`,
    ...entries.map(([column, { value, comment }]) => line(tomlKey(column), text(value), comment)),
  ];
}
