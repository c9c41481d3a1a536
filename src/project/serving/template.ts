import { jsonOf } from "../../json.ts";

/*
 * The body of a request, written as JSON in which names in braces stand for rows. `serving_protocol.py` puts the rows in.
 */

/** The shapes of bodies that have a name, as templates. */
export const SHAPES = {
  instances: '{"instances": {rows}}',
  record: "{row}",
  records: "{rows}",
  dataframe_records: '{"dataframe_records": {rows}}',
  dataframe_split: '{"dataframe_split": {"columns": {columns}, "data": {matrix}}}',
  form: "{row}",
  multipart: "{row}",
} as const;

export type Shape = keyof typeof SHAPES;

/** How a body is written: the fields of a row as JSON, as a form of HTML, or as one with files in it. */
export const BODY_KINDS = ["json", "form", "multipart"] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

/** The kind of body that a shape or a template has. */
export const bodyKindOf = (request: string): BodyKind => BODY_KINDS.find((kind) => kind === request) ?? "json";

export const SHAPE_NAMES = Object.keys(SHAPES) as [Shape, ...Shape[]];

const PLACEHOLDER = /\{(rows?(?:\.[^{}"]+)?|values|matrix|columns|count)\}/g;

/** What stands for one row, and what for several. */
const OF_ONE = /^(row(\..*)?|values)$/;
const OF_SEVERAL = /^(rows(\..*)?|matrix)$/;

const namesIn = (template: string): string[] => [...template.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);

/** Whether a request of this template has one row. */
export const hasOneRow = (template: string): boolean => namesIn(template).some((name) => OF_ONE.test(name));

/** Why a text is no template; undefined when it is one. */
export function templateProblem(template: string): string | undefined {
  const names = namesIn(template);
  const [one, several] = [OF_ONE, OF_SEVERAL].map((kind) => names.find((name) => kind.test(name)));
  if (one === undefined && several === undefined) {
    return `expected ${SHAPE_NAMES.join(", ")}, or JSON with {row}, {row.COLUMN}, {values}, {rows}, {rows.COLUMN} or {matrix} where the rows are to stand`;
  }
  if (one !== undefined && several !== undefined) {
    return `{${one}} is of one row and {${several}} of several: a request has either`;
  }
  // In a text, the quotation marks of the value would end it.
  return jsonOf(template.replace(PLACEHOLDER, '""')) === undefined
    ? "this is no JSON once rows stand in it; a name in braces stands for a whole value, without quotation marks around it"
    : undefined;
}
