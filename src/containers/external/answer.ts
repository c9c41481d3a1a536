import { z } from "zod";
import type { Check } from "../../checks/check.ts";
import { isOutside, type Limit } from "../../checks/limit.ts";
import { readWritten } from "../../config/external-answer.ts";
import { oneLine } from "../../text.ts";

/* What a command from outside answers: checks, of which we judge the numbers ourselves. */

/** In letters. What a report shows of a name or a message that somebody else chose. */
const MAX_NAME = 100;
const MAX_MESSAGE = 1000;
/** More than anybody reads; a command that looks at thousands of things counts them. */
const MAX_CHECKS = 1000;
/** In bytes. */
export const MAX_ANSWER = 1_000_000;

const text = (max: number) => z.string().trim().min(1).max(max);
const visible = (max: number) =>
  text(max).regex(/^[^\p{Cc}\p{Bidi_Control}]+$/u, "expected letters that can be seen, in one line");

const externalCheck = z
  .strictObject({
    name: visible(MAX_NAME).describe("What was measured."),
    value: z.number().optional().describe("The measured number."),
    limit: z
      .number()
      .optional()
      .describe("What the value is held against; `comparison` says how. Both ends of a comparison pass."),
    comparison: z.enum(["at-least", "at-most"]).optional(),
    unit: z
      .enum(["ms", "MB", "share", "times"])
      .optional()
      .describe("What the value and the limit are in; that of the metric when absent."),
    group: z
      .record(visible(MAX_NAME), visible(MAX_NAME))
      .optional()
      .describe("The rows that were measured, by columns and their values; all when absent."),
    outcome: z
      .enum(["pass", "fail", "warn"])
      .optional()
      .describe("What came out. A number that is beyond its own limit fails whatever is said here."),
    message: text(MAX_MESSAGE).optional().describe("Says more, for a person."),
  })
  .superRefine(({ value, limit, comparison, outcome }, context) => {
    if ((limit === undefined) !== (comparison === undefined)) {
      context.addIssue({ code: "custom", message: "limit and comparison go together: one of them is missing" });
    }
    if (limit !== undefined && value === undefined) {
      context.addIssue({ code: "custom", message: "there is a limit and no value to hold against it" });
    }
    if (outcome === undefined && limit === undefined) {
      context.addIssue({
        code: "custom",
        message: "nothing says what came out: give outcome, or value, limit and comparison",
      });
    }
  });
type ExternalCheck = z.output<typeof externalCheck>;

/** What a command from outside writes. */
export const externalAnswer = z
  .strictObject({
    schemaVersion: z.literal(1),
    checks: z.array(externalCheck).min(1).max(MAX_CHECKS),
  })
  .describe("What a gate or a rule from outside writes to its standard output.");

/** The checks of an answer, or why it cannot be used, as the end of a sentence about the command. */
export type ReadAnswer = { readonly checks: readonly Check[] } | { readonly unusable: string };

/** Reads what a command wrote. */
export function readAnswer(written: string): ReadAnswer {
  const read = readWritten(written, externalAnswer, (one) => ` object${hint(one)}`);
  if ("unusable" in read) return read;
  const { checks } = read.answer;
  const twice = repeated(checks);
  return twice === undefined ? { checks: checks.map(judged) } : { unusable: `gave two checks of one name: ${twice}` };
}

/** Why a text is none, where that is plain. */
function hint(written: string): string {
  const constant = /(?:^|[[:,\s])(-?(?:NaN|Infinity))\b/.exec(written)?.[1];
  if (constant !== undefined) return `: ${constant} is none of its numbers`;
  const start = oneLine(written).slice(0, 60);
  return `, or two values of one name: it begins with ${JSON.stringify(start)}. What else it prints goes to standard error`;
}

function repeated(checks: readonly ExternalCheck[]): string | undefined {
  const seen = new Set<string>();
  for (const { name, group } of checks) {
    const key = JSON.stringify([name, Object.entries(group ?? {}).sort()]);
    if (seen.has(key)) return name;
    seen.add(key);
  }
  return undefined;
}

const limitOf = ({ limit, comparison }: ExternalCheck): Limit | undefined =>
  limit === undefined ? undefined : comparison === "at-least" ? { min: limit } : { max: limit };

/** The check as ours: its number is held against its limit here, whatever the command says of it. */
function judged(given: ExternalCheck): Check {
  const { name, value, unit, group, outcome, message } = given;
  const limit = limitOf(given);
  const beyond = value !== undefined && limit !== undefined && isOutside(value, limit);
  const said = message === undefined ? "" : oneLine(message);
  const about = {
    what: name,
    ...(group === undefined ? {} : { group }),
    ...(value === undefined ? {} : { value }),
    ...(unit === undefined ? {} : { unit }),
    ...(limit === undefined ? {} : { limit }),
  };
  if (beyond && (outcome === "pass" || outcome === "warn")) {
    return { ...about, outcome: "broken", reason: { code: "external-contradicted", outcome, said } };
  }
  if (outcome === "warn") return { ...about, outcome: "kept", reason: { code: "external-warning", said } };
  return {
    ...about,
    outcome: beyond || outcome === "fail" ? "broken" : "kept",
    ...(said === "" && value !== undefined ? {} : { reason: { code: "external", said } }),
  };
}
