import { counted, grouped, percent } from "../../text.ts";
import type { Check } from "../check.ts";
import type { Phrases } from "../phrase.ts";

/** Reasons about the rows that were evaluated: whether they are those of the data, and answered alike when served. */
export type EvaluatedReason =
  /** The predictions could not be held against the data. */
  | { readonly code: "not-held"; readonly why: string }
  /** The value is the share of the table's rows that have no prediction though all others have. */
  | {
      readonly code: "evaluated-rows";
      readonly table: string;
      readonly rows: number;
      readonly predictions: number;
      readonly part: "all" | "labelled" | "complete" | "first" | "last" | "some";
      readonly by: "order" | "id" | "place";
    }
  /** The value is the share of the compared rows whose label is not the data's. */
  | {
      readonly code: "labels-of-data";
      readonly column: string;
      readonly compared: number;
      readonly differing: number;
      readonly examples: readonly { readonly data: string; readonly evaluated: string; readonly rows: number }[];
      readonly names?: Readonly<Record<string, string>>;
    }
  /** Rows of the data could not be sent to the served model, or its answers could not be compared. */
  | { readonly code: "not-compared"; readonly why: string }
  /** The value is the share of rows that the server answered as the evaluation did. */
  | {
      readonly code: "served-rows";
      readonly rows: number;
      readonly differing: number;
      readonly unanswered: number;
      readonly names?: Readonly<Record<string, string>>;
      /** Whether the names only fit the answers. */
      readonly guessed?: boolean;
      /** What it answered in place of the classes, and which answer for each where that is always the same one. */
      readonly instead?: {
        readonly served: readonly string[];
        readonly classes: readonly string[];
        readonly names?: Readonly<Record<string, string>>;
      };
      /** The keys of its answers where none is called a prediction, and the one whose values are those evaluated. */
      readonly fields?: { readonly keys: readonly string[]; readonly agreeing?: string };
    }
  /** The value is the share of rows that the server answered in a batch as alone. */
  | {
      readonly code: "served-batches";
      readonly rows: number;
      readonly differing: number;
      readonly size: number;
      readonly example?: string;
    }
  | {
      readonly code: "served-otherwise";
      readonly instance: string;
      readonly evaluated: string;
      readonly served: string;
    };

type Reason<Code extends EvaluatedReason["code"]> = Extract<EvaluatedReason, { readonly code: Code }>;

export const EVALUATED_PHRASES: Phrases<EvaluatedReason> = {
  "not-held": {
    undecidable: true,
    headline: true,
    text: (_, { why }) => `not held against the data: ${why}`,
  },
  "evaluated-rows": {
    text: ({ value = 0, limit = {} }, { table, rows, predictions, part, by }) =>
      value > 0
        ? `${grouped(predictions)} of the ${counted(rows, "row")} of ${table} were evaluated: ${counted(rows - predictions, "row")} left out, ${percent(value)} (at most ${percent(limit.max ?? 0)}, gates.evaluated-rows.max-left-out)`
        : `${PARTS[part](grouped(predictions), counted(rows, "row"), table)}, matched by ${BY[by]}`,
    deciding: ({ limit = {} }, { table, rows, predictions }) => ({
      figure: grouped(rows - predictions),
      name: `of the ${counted(rows, "row")} of ${table} left out of the evaluation`,
      against: [`at most ${percent(limit.max ?? 0)}`],
    }),
  },
  "labels-of-data": {
    text: ({ limit = {} }, { column, compared, differing, examples, names }) =>
      differing === 0
        ? `labels as in ${column}${namesText(names)}`
        : `the label is not that of ${column} in ${grouped(differing)} of ${counted(compared, "row")} (at most ${percent(limit.max ?? 0)}, gates.evaluated-rows.max-changed-labels)${examplesText(examples)}`,
    deciding: ({ limit = {} }, { column, compared, differing }) => ({
      figure: grouped(differing),
      name: `of ${counted(compared, "row")} have another label than ${column} of the data`,
      against: [`at most ${percent(limit.max ?? 0)}`],
    }),
  },
  "not-compared": {
    undecidable: true,
    headline: true,
    text: (_, { why }) => `served answers not compared with evaluated ones: ${why}`,
  },
  "served-rows": {
    text: (check, { rows, differing, unanswered, names, guessed = false, instead, fields }) =>
      `${rows - differing} of ${counted(rows, "evaluated row")} served as evaluated (${atLeast(check)})${unanswered === 0 ? "" : `, ${grouped(unanswered)} not answered`}${guessed && names !== undefined ? guessText(names) : namesText(names)}${insteadText(instead)}${fieldsText(fields)}`,
    deciding: (check, { rows, differing }) => ({
      figure: grouped(differing),
      name: `of ${counted(rows, "evaluated row")} served otherwise than evaluated`,
      against: [`${atLeast(check)} must agree`],
    }),
  },
  "served-batches": {
    text: (check, { rows, differing, size, example }) =>
      differing === 0
        ? `in batches of ${size} as alone`
        : `${rows - differing} of ${counted(rows, "row")} served in batches of ${size} as alone (${atLeast(check)}): ${example}`,
    deciding: (check, { rows, differing }) => ({
      figure: grouped(differing),
      name: `of ${counted(rows, "row")} served otherwise in a batch than alone`,
      against: [`${atLeast(check)} must agree`],
    }),
  },
  "served-otherwise": {
    always: true,
    max: 3,
    text: (_, { instance, evaluated, served }) => `evaluated ${evaluated}, served ${served} for ${instance}`,
  },
};

const examplesText = (examples: Reason<"labels-of-data">["examples"]): string =>
  examples.length === 0
    ? ""
    : `: ${examples.map(({ data, evaluated, rows }) => `${evaluated} for ${data} in ${counted(rows, "row")}`).join(", ")}`;

const PARTS: Readonly<
  Record<
    "all" | "labelled" | "complete" | "first" | "last" | "some",
    (predictions: string, rows: string, table: string) => string
  >
> = {
  all: (_, rows, table) => `all ${rows} of ${table}`,
  labelled: (_, rows, table) => `all ${rows} of ${table} that have a label`,
  complete: (_, rows, table) => `all ${rows} of ${table} without gaps`,
  first: (predictions, rows, table) => `the first ${predictions} of the ${rows} of ${table}`,
  last: (predictions, rows, table) => `the last ${predictions} of the ${rows} of ${table}`,
  some: (predictions, rows, table) => `${predictions} of the ${rows} of ${table}`,
};

const BY = { order: "their order", id: "their id", place: "their place, which is their id" } as const;

const atLeast = ({ limit }: Check): string => `at least ${percent(limit?.min ?? 0)}`;

/** Names that fit are no proof: the opposite of each answer has names that fit as well. */
const guessText = (names: Readonly<Record<string, string>>): string =>
  `, if the server's names of the classes are these, which nothing says. Where they are, write ${namesSetting(names)}`;

const namesSetting = (names: Readonly<Record<string, string>>): string => {
  const pairs = Object.entries(names).map(([label, served]) => `${JSON.stringify(label)} = ${JSON.stringify(served)}`);
  return `gates.served-answers.names = { ${pairs.join(", ")} }`;
};

/** What was answered in place of the classes: it may be what the server calls them, or a mistake of it. */
function insteadText(instead: Reason<"served-rows">["instead"]): string {
  if (instead === undefined) return "";
  const { served, classes, names } = instead;
  const seen = `: it answers ${served.join(", ")}, and the classes are ${classes.join(", ")}`;
  if (names === undefined)
    return `${seen}. Where it has names of its own for them, gates.served-answers.names says which`;
  const pairs = Object.entries(names).map(([label, one]) => `${one} for ${label}`);
  return `${seen} (${pairs.join(", ")}). Where these are its names for them, write ${namesSetting(names)}; otherwise it mixes them up`;
}

/** What is the prediction among the fields of an answer, which nobody has said. */
function fieldsText(fields: Reason<"served-rows">["fields"]): string {
  if (fields === undefined) return "";
  const { keys, agreeing } = fields;
  const seen = `: its answers have ${keys.join(", ")}`;
  return agreeing === undefined
    ? `${seen}. Say which is the prediction: serve.answer = …`
    : `${seen}, and ${agreeing} is what was evaluated: write serve.answer = ${JSON.stringify(agreeing)}`;
}

const namesText = (names: Readonly<Record<string, string>> | undefined): string =>
  names === undefined
    ? ""
    : ` (${Object.entries(names)
        .slice(0, 5)
        .map(([one, other]) => `${one} is called ${other}`)
        .join(", ")})`;
