import { type Container, dag } from "@dagger.io/dagger";
import { pythonBase } from "../../containers/images.ts";
import { RESULTS } from "../../containers/paths.ts";
import { isObject } from "../../json.ts";
import { REQUESTS } from "../../project/contract.ts";
import type { MeasurementContext } from "../context.ts";
import { broken, type Measured, present } from "../measured.ts";
import type { HeldRows, SampledRow } from "../rows/evaluated-rows.ts";
import { agreements, type CompareServed, compareServed } from "./compare-served.ts";
import { type Answer, requestPredictions } from "./predict.ts";
import { readRequests } from "./replay.ts";
import type { ServedRows } from "./served.ts";
import type { ClientResult } from "./service.ts";

export interface ServedRequest {
  readonly tolerance: number;
}

const FILE = `${RESULTS}/evaluated.json`;

/**
 * Asks the served model about rows that were evaluated. A row that is answered otherwise is asked about once more as the file
 * writes it, since a project may take its values for texts.
 */
export async function measureServed(
  context: MeasurementContext,
  image: Container,
  { sample, labels }: HeldRows,
  options: Omit<CompareServed, "names">,
): Promise<Measured<ServedRows>> {
  const shaped = await asRequested(context, sample);
  if (typeof shaped === "string") return present({ uncompared: shaped });
  const compare: CompareServed = { ...options, names: labels?.names };
  const first = await ask(
    context,
    image,
    shaped.map(({ instance }) => instance),
  );
  if ("reason" in first) return broken(first.reason, ...first.runs);
  const answers = [...(first.output.answers.model ?? [])];
  const agreed = agreements(shaped, answers, compare);
  const again = shaped.map((_, index) => index).filter((index) => agreed[index] !== true && asText(shaped[index]));
  if (again.length === 0) return present(compareServed(shaped, answers, compare), first.run);
  const rows = again.flatMap((index) => shaped[index] ?? []);
  const second = await ask(
    context,
    image,
    rows.map(({ text }) => text),
  );
  if ("reason" in second) return broken(second.reason, first.run, ...second.runs);
  const others = second.output.answers.model ?? [];
  agreements(rows, others, compare).forEach((agrees, place) => {
    const [index, other] = [again[place], others[place]];
    if (agrees && index !== undefined && other !== undefined) answers[index] = other;
  });
  return present(compareServed(shaped, answers, compare), first.run, second.run);
}

/** Whether the row as text is another one than as values. */
const asText = (row: SampledRow | undefined): boolean =>
  row !== undefined && JSON.stringify(row.text) !== JSON.stringify(row.instance);

type Answers = { readonly answers: Readonly<Record<string, readonly Answer[]>>; readonly error?: string };

function ask(
  context: MeasurementContext,
  image: Container,
  instances: readonly unknown[],
): Promise<ClientResult<Answers>> {
  const file = dag.directory().withNewFile("evaluated.json", JSON.stringify(instances)).file("evaluated.json");
  const container = pythonBase(context).withMountedFile(FILE, file);
  return requestPredictions(context, { model: image }, { container, file: FILE, rows: true }, {});
}

/**
 * The rows with the columns that recorded requests have, where the project has some: those show what the server takes. Says
 * why rows of the data are no requests when they have something else.
 */
async function asRequested(
  { project }: MeasurementContext,
  sample: readonly SampledRow[],
): Promise<readonly SampledRow[] | string> {
  if (!project.recordedRequests) return sample;
  const requests = readRequests(REQUESTS, await project.source.file(REQUESTS).contents());
  const objects = requests.map(({ instance }) => instance).filter(isObject);
  const keys = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  const columns = Object.keys(sample[0]?.instance ?? {});
  if (objects.length < requests.length || keys.length === 0)
    return `the requests in ${REQUESTS} are no rows of a table`;
  const absent = keys.filter((key) => !columns.includes(key));
  if (absent.length > 0)
    return `the requests in ${REQUESTS} have ${absent.slice(0, 3).join(", ")}, which is no column of the data`;
  const only = (row: Readonly<Record<string, unknown>>): Record<string, unknown> =>
    Object.fromEntries(Object.entries(row).filter(([name]) => keys.includes(name)));
  return sample.map((row) => ({ ...row, instance: only(row.instance), text: only(row.text) }));
}
