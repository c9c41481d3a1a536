import { z } from "zod";
import { share } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";
import { parseValue } from "../../json.ts";
import type { ClassCount, RuleReason } from "./reasons.ts";
import { brokenCheck, defineRule, type Measured, type RuleContext } from "./rule.ts";

const RULE = "data.min-class-ratio";
const DEFAULT_RATIO = 0.1;
/** A label with more different values, or with decimals, is a quantity to predict, as for the gates. */
const MAX_CLASSES = 100;

/** The least ratio of the rarest class's rows to the most common one's; 0.1 when absent, if the label is a class. */
export const minClassRatioRule = defineRule({
  key: "min-class-ratio",
  settings: stricter("higher", share, DEFAULT_RATIO).optional(),
  checks(settings, context) {
    const { view, label } = context;
    const column = label === undefined ? undefined : view.column(label);
    if (label === undefined) {
      return settings === undefined ? [] : [brokenCheck(RULE, { code: "no-label" })];
    }
    if (column === undefined) return [];
    if (isQuantity(context, label)) return settings === undefined ? [] : [brokenCheck(RULE, tooManyClasses(label))];
    return [
      {
        rule: RULE,
        columns: [label],
        measures: { classes: `map_entries(histogram(${view.text(column)}))` },
        judge: (measured) => judge(countsOf(measured), settings, label, context),
      },
    ];
  },
});

/** Whether the label is a number to predict and not a class, by the configured task or else by the first rows. */
function isQuantity({ task, sampleOf }: RuleContext, label: string): boolean {
  if (task !== undefined) return task === "regression";
  const values = sampleOf(label);
  const different = new Set(values).size;
  return hasDecimals(values) || different > MAX_CLASSES || (different > 20 && different > values.length / 2);
}

const hasDecimals = (values: readonly string[]): boolean =>
  values.some((value) => Number.isFinite(Number(value)) && !Number.isInteger(Number(value)));

const tooManyClasses = (column: string): RuleReason => ({ code: "too-many-classes", column });

/** DuckDB writes numbers of some types as text. */
const classesSchema = z.array(z.object({ key: z.string(), value: z.coerce.number() }));

const countsOf = ({ classes }: Measured): ClassCount[] =>
  parseValue(classes ?? [], classesSchema, "the counts of classes").map(({ key, value }) => ({
    name: key,
    rows: value,
  }));

function judge(
  classes: readonly ClassCount[],
  settings: number | undefined,
  label: string,
  { task }: RuleContext,
): RuleReason | undefined {
  const least = settings ?? DEFAULT_RATIO;
  const sorted = [...classes].sort((a, b) => a.rows - b.rows);
  const [rarest, commonest] = [sorted[0], sorted.at(-1)];
  if (rarest === undefined || commonest === undefined) return undefined;
  if (classes.length > MAX_CLASSES && task === undefined)
    return settings === undefined ? undefined : tooManyClasses(label);
  const ratio = rarest.rows / commonest.rows;
  if (classes.length === 1 && least > 0) return { code: "one-class", column: label, name: rarest.name, value: 0 };
  if (ratio >= least) return undefined;
  const guessed = task === undefined && settings === undefined && classes.length > 2 && classes.every(isWholeNumber);
  const found = { code: "class-ratio", value: ratio, least, rarest, commonest } as const;
  return { ...found, ...(guessed ? { guessedFrom: label } : {}) };
}

const isWholeNumber = ({ name }: ClassCount): boolean => /^[+-]?\d+(\.0*)?$/.test(name);
