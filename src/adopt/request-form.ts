import { hasOneRow, SHAPE_NAMES, SHAPES } from "../project/serving/template.ts";
import type { Route } from "./findings.ts";

/* How a server is asked, from what its program reads of a request and gives back. */

/** What stands for the rows in a field of a type; the first that matches. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(np\.|numpy\.)?(ndarray|NDArray)|^(list|List|Sequence)\[(list|List|Sequence)\[/, "{matrix}"],
  [/^(list|List|Sequence)\[(float|int|bool|Any|confloat|conint|Union\[float|float \|)/, "{values}"],
  [/^(list|List|Sequence)\[|^(pd\.|pandas\.)?DataFrame/, "{rows}"],
  [/^(dict|Dict|Mapping)\b/, "{row}"],
];

/** Types of one value. */
const SCALAR =
  /^(Optional\[)?(Annotated\[)?(int|float|str|bool|con(int|float|str)\b|Literal\[|Decimal|date|datetime|Positive\w+|NonNegative\w+)/;

/**
 * The value of `serve.request` for a route: the name of a shape, or a template. Undefined where the text does not say it.
 *
 * @param columns those of the data
 * @param input the only one that the model gets, as a text is
 */
export function requestForm(
  { body, types, several }: Pick<Route, "body" | "types" | "several">,
  columns: ReadonlySet<string>,
  input?: string,
): string | undefined {
  if (body.length === 0) return types[""] !== "dict" ? undefined : several ? "records" : "record";
  if (body.every((name) => columns.has(name))) return several ? "records" : "record";
  const respelled = several ? undefined : fieldsOf(body, columns);
  if (respelled !== undefined) return respelled;
  const isRecord = body.length > 1 && body.every((name) => SCALAR.test(types[name] ?? ""));
  // Without data nobody can tell by their columns.
  if (columns.size === 0 && isRecord) return several ? "records" : "record";
  const [only = "", ...others] = body;
  if (others.length > 0 || several) return undefined;
  const shape = SHAPE_NAMES.find((name) => name === only);
  if (shape !== undefined) return shape;
  if (input !== undefined && /^(str|constr\b.*|Annotated\[str\b.*)$/.test(types[only] ?? "")) {
    return `{${JSON.stringify(only)}: {row.${input}}}`;
  }
  const place = TYPES.find(([form]) => form.test(types[only] ?? ""))?.[1];
  return place === undefined ? undefined : `{${JSON.stringify(only)}: ${place}}`;
}

/**
 * The value of `serve.route` for a route that is asked by its query, `/predict?text={row.text}`; undefined where the text does not say
 * which columns are meant.
 *
 * @param input the only column that the model gets
 */
export function queryRoute(
  { path, query }: Pick<Route, "path" | "query">,
  columns: ReadonlySet<string>,
  input?: string,
): string | undefined {
  const bySpelling = new Map([...columns].map((name) => [plain(name), name]));
  const pairs = query.map((name) => [name, bySpelling.get(plain(name)) ?? (query.length === 1 ? input : undefined)]);
  return pairs.length > 0 && pairs.every(([, column]) => column !== undefined && !/[{}"]/.test(column))
    ? `${path}?${pairs.map(([name, column]) => `${name}={row.${column}}`).join("&")}`
    : undefined;
}

/** A request of one row whose fields have other spellings than the columns: `{"hours_per_week": {row.hours-per-week}}`. */
function fieldsOf(body: readonly string[], columns: ReadonlySet<string>): string | undefined {
  const bySpelling = new Map([...columns].map((name) => [plain(name), name]));
  const pairs = body.map((field) => [field, bySpelling.get(plain(field))] as const);
  return body.length > 1 && pairs.every(([, column]) => column !== undefined && !/[{}"]/.test(column))
    ? `{${pairs.map(([field, column]) => `${JSON.stringify(field)}: {row.${column}}`).join(", ")}}`
    : undefined;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** Whether a request of this form has one row. */
export const isOfOneRow = (request: string): boolean => {
  const shape = SHAPE_NAMES.find((name) => name === request);
  return hasOneRow(shape === undefined ? request : SHAPES[shape]);
};

/** Names of what a server predicted, the likeliest first. */
const PREDICTIONS = [
  /^predictions?$/i,
  /^(predicted(_\w+)?|pred(s|_class|_label)?|\w+_prediction)$/i,
  /^(label|class|result|results|output|outputs|answer|target)$/i,
];

/** The value of `serve.answer`: the key that holds the prediction; undefined where the default finds it, or the text does not say it. */
export function answerKey(keys: readonly string[], ofOneRow: boolean, label?: string): string | undefined {
  const ofLabel = keys.find((key) => label !== undefined && plain(key) === plain(label));
  const named = ofLabel ?? PREDICTIONS.flatMap((form) => keys.find((key) => form.test(key)) ?? [])[0];
  const key = named ?? (keys.length === 1 ? keys[0] : undefined);
  return key === "predictions" && !ofOneRow ? undefined : key;
}
