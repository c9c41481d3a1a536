import type { Container } from "@dagger.io/dagger";
import { isObject } from "../../json.ts";
import type { MeasurementContext } from "../context.ts";
import { type Measured, notServed, present } from "../measured.ts";
import type { HeldRows, SampledRow } from "../rows/evaluated-rows.ts";
import { compareBatches } from "./compare-batches.ts";
import { agreements, type CompareServed, compareServed } from "./compare-served.ts";
import { givenInstances } from "./instances.ts";
import { type Answers, requestPredictions } from "./predict.ts";
import { readRequests } from "./replay.ts";
import type { ComparedRows, ServedRows } from "./served.ts";
import type { ClientResult } from "./service.ts";

export interface ServedRequest {
  readonly tolerance: number;
  /** The server's names of classes by the evaluation's, where the project gives them. */
  readonly declared?: Readonly<Record<string, string>> | undefined;
}

/** Enough that a server which mixes up its answers is seen, and few enough for any. */
const BATCH = 16;

/**
 * Asks the served model about rows that were evaluated. A row that is answered otherwise is asked about once more as the file
 * writes it, since a project may take its values for texts.
 */
export async function measureServed(
  context: MeasurementContext,
  image: Container,
  { sample, labels }: HeldRows,
  { declared, ...options }: ServedRequest & Pick<CompareServed, "regression">,
): Promise<Measured<ServedRows>> {
  const shaped = await asRequested(context, sample);
  if (typeof shaped === "string") return present({ uncompared: shaped });
  const { positive } = context.config.evaluation;
  const naming = { declared, positive: positive === undefined ? undefined : String(positive) };
  const compare: CompareServed = { ...options, names: labels?.names, naming };
  const first = await ask(
    context,
    image,
    shaped.map(({ instance }) => instance),
  );
  if ("reason" in first) return notServed(first);
  const answers = [...(first.output.answers.model ?? [])];
  const batched = batchedRows(first.output, compare);
  const agreed = agreements(shaped, answers, compare);
  const again = shaped.map((_, index) => index).filter((index) => agreed[index] !== true && asText(shaped[index]));
  if (again.length === 0) return present({ ...compareServed(shaped, answers, compare), ...batched }, first.run);
  const rows = again.flatMap((index) => shaped[index] ?? []);
  const second = await ask(
    context,
    image,
    rows.map(({ text }) => text),
  );
  // A server that dies of texts is no news: the first answers say what is wrong.
  if ("reason" in second) return present({ ...compareServed(shaped, answers, compare), ...batched }, first.run);
  const others = second.output.answers.model ?? [];
  agreements(rows, others, compare).forEach((agrees, place) => {
    const [index, other] = [again[place], others[place]];
    if (agrees && index !== undefined && other !== undefined) answers[index] = other;
  });
  const found = { ...batchedRows(second.output, compare), ...batched, ...compareServed(shaped, answers, compare) };
  return present(found, first.run, second.run);
}

/** The rows that were answered, in batches; nothing where there are none. */
function batchedRows(
  { answers, batches }: Answers,
  options: Omit<CompareServed, "names">,
): Pick<ComparedRows, "batched"> {
  const batched = compareBatches(answers.model ?? [], batches?.model ?? [], options);
  return batched === undefined ? {} : { batched };
}

/** Whether the row as text is another one than as values. */
const asText = (row: SampledRow | undefined): boolean =>
  row !== undefined && JSON.stringify(row.text) !== JSON.stringify(row.instance);

function ask(
  context: MeasurementContext,
  image: Container,
  instances: readonly unknown[],
): Promise<ClientResult<Answers>> {
  return requestPredictions(context, { model: image }, givenInstances(context, instances), { batch: BATCH });
}

/**
 * The rows with the columns that recorded requests have, where the project has some: those show what the server takes. Says
 * why rows of the data are no requests when they have something else.
 */
async function asRequested(
  { project }: MeasurementContext,
  sample: readonly SampledRow[],
): Promise<readonly SampledRow[] | string> {
  if (!("file" in project.requests)) return sample;
  const { file } = project.requests;
  const requests = readRequests(file, await project.source.file(file).contents());
  const objects = requests.map(({ instance }) => instance).filter(isObject);
  const keys = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const columns = Object.keys(sample[0]?.instance ?? {});
  if (objects.length < requests.length || keys.length === 0) return `the requests in ${file} are no rows of a table`;
  const absent = keys.filter((key) => !columns.includes(key));
  if (absent.length > 0)
    return `the requests in ${file} have ${absent.slice(0, 3).join(", ")}, which is no column of the data`;
  const only = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(row).filter(([name]) => keys.includes(name)));
  return sample.map((row) => ({ ...row, instance: only(row.instance), text: only(row.text) }));
}
