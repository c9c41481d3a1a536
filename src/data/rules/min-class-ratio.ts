import { z } from "zod";
import { share } from "../../config/forms.ts";
import { parseValue } from "../../json.ts";
import { counted, grouped, shortBeyond } from "../../text.ts";
import { brokenCheck, defineRule, type Measured, type RuleContext } from "./rule.ts";

const RULE = "data.min-class-ratio";
/** Row 8 of what this pipeline promises, where the project says nothing. */
const DEFAULT = 0.1;
/** Of more different values, or of numbers with decimals, the label is a quantity, as for the gates. */
const MOST_CLASSES = 100;

/** The rarest class has at least this share of the most common one's rows. Only of a label that is a class. */
export const minClassRatioRule = defineRule({
  key: "min-class-ratio",
  settings: share.optional(),
  checks(settings, context) {
    const { view, label } = context;
    const column = label === undefined ? undefined : view.column(label);
    if (label === undefined) {
      return settings === undefined
        ? []
        : [brokenCheck(RULE, "there is no data.label, of which classes could be counted")];
    }
    if (column === undefined) return [];
    if (isQuantity(context, label)) return settings === undefined ? [] : [brokenCheck(RULE, notClasses(label))];
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

/** Whether the label is a number to predict instead of a class: said so, or seen in the first rows. */
function isQuantity({ task, sampleOf }: RuleContext, label: string): boolean {
  if (task !== undefined) return task === "regression";
  const values = sampleOf(label);
  const different = new Set(values).size;
  return hasDecimals(values) || different > MOST_CLASSES || (different > 20 && different > values.length / 2);
}

const hasDecimals = (values: readonly string[]): boolean =>
  values.some((value) => Number.isFinite(Number(value)) && !Number.isInteger(Number(value)));

const notClasses = (label: string): string =>
  `"${label}" has too many different values for classes, and data.min-class-ratio is configured`;

/** DuckDB writes numbers of some types as text. */
const classesSchema = z.array(z.object({ key: z.string(), value: z.coerce.number() }));

const countsOf = ({ classes }: Measured): { readonly name: string; readonly rows: number }[] =>
  parseValue(classes ?? [], classesSchema, "the counts of classes").map(({ key, value }) => ({
    name: key,
    rows: value,
  }));

function judge(
  classes: ReturnType<typeof countsOf>,
  settings: number | undefined,
  label: string,
  { task }: RuleContext,
) {
  const least = settings ?? DEFAULT;
  const sorted = [...classes].sort((a, b) => a.rows - b.rows);
  const [rarest, commonest] = [sorted[0], sorted.at(-1)];
  if (rarest === undefined || commonest === undefined) return undefined;
  if (classes.length > MOST_CLASSES && task === undefined)
    return settings === undefined ? undefined : { message: notClasses(label) };
  const ratio = rarest.rows / commonest.rows;
  if (classes.length === 1 && least > 0)
    return { message: `"${label}" has one class alone: ${JSON.stringify(rarest.name)}`, value: 0 };
  if (ratio >= least) return undefined;
  return {
    message: `class ratio ${shortBeyond(ratio, (shown) => shown < least)} (at least ${least}): ${counted(rarest.rows, "row")} of ${JSON.stringify(rarest.name)}, ${grouped(commonest.rows)} of ${JSON.stringify(commonest.name)}`,
    value: ratio,
  };
}
