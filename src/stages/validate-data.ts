import type { CommandsResult } from "../containers/commands.ts";
import { forOwnPrograms } from "../containers/images.ts";
import { DATA_TOOLS } from "../containers/paths.ts";
import type { DataContext } from "../context/context.ts";
import { evaluatedTable } from "../data/data-tables.ts";
import { findingText } from "../data/findings.ts";
import { type Inspection, inspectData } from "../data/inspect.ts";
import { allInspected, type DataInspection } from "../data/inspection.ts";
import { kindsOf, kindsText } from "../data/kinds.ts";
import { type OpenedTable, openData } from "../data/open.ts";
import { contentText, isUntabular, linksText } from "../data/untabular.ts";
import { fingerprint } from "../model/fingerprint.ts";
import { tableOfPart } from "../tables/describe.ts";
import { counted } from "../text.ts";
import { defineStage, withReadyData } from "./definition.ts";
import { inContainer, takesData, together } from "./inputs.ts";
import { READY_DATA } from "./ready-data.ts";
import { failedRun, type Outcome, skipped } from "./stage.ts";

/**
 * Checks all data rules in one pass of DuckDB over the files of each table. Every finding is reported, with the first rows that
 * break the rule, so that one run is enough to mend the data. Of data that are no tables it says what there is.
 */
export const validateData = defineStage({
  name: "validate data",
  step: "Check",
  page: "data-rules",
  needs: READY_DATA,
  depends: async (inputs) => {
    const { config, policy } = inputs.context;
    const { drift: _drift, external: _external, ...data } = config.data;
    const context = forOwnPrograms(inputs.context);
    return together(takesData(inputs), inContainer({ context }, { tools: [DATA_TOOLS], times: ["query-seconds"] }), {
      settings: { data, evaluation: { task: config.evaluation.task } },
      texts: policy === undefined ? {} : { policy: policy.sha256 },
    });
  },
  async run(inputs, ready): Promise<Outcome<DataInspection>> {
    const context = forOwnPrograms(withReadyData(inputs, ready));
    const { data: config } = context.config;
    // A policy that has rules on data is not kept by data that no rule can be held against.
    if (await isUntabular(context.data, config, context.policy?.floors.data !== undefined)) return untabular(context);
    const evaluated = evaluatedTable(config).name;
    const { data, tables, problems, notes, runs } = await openData(context, context.data, config);
    const failed = runs.find((run) => !run.ok);
    if (failed !== undefined) return failedRun(failed);
    if (tables.length === 0) {
      const message =
        problems.length > 0 ? problems.join("; ") : "data.references refers to all tables, and none is left to check";
      return { status: "failed", message, runs };
    }
    const found = await inspectAll({ ...context, data }, tables, evaluated);
    const all = { runs: [...runs, ...found.runs] };
    if (found.problem !== undefined) {
      return { status: "failed", message: [...problems, found.problem].join("; "), ...all };
    }
    const inspection = allInspected(found.inspected);
    const hints = tables.flatMap(kindsHint);
    return { ...judge(inspection, problems, notes, hints), ...all, evidence: { data: inspection } };
  },
});

async function untabular(context: DataContext): Promise<Outcome<DataInspection>> {
  const { data } = await fingerprint(context, { data: context.data });
  return skipped(
    `no tables (.csv, .tsv, .jsonl, .parquet) to hold rules against: ${contentText(data)}, ${data.sha256.slice(0, "sha256:".length + 12)}${linksText(data)}`,
  );
}

interface AllInspected {
  readonly inspected: readonly { readonly table: OpenedTable["table"]; readonly inspection: Inspection }[];
  readonly problem?: string | undefined;
  readonly runs: readonly CommandsResult[];
}

/** Inspects one table after another, since each may need nearly all of the memory. */
async function inspectAll(
  context: DataContext,
  tables: readonly OpenedTable[],
  evaluated: string | undefined,
): Promise<AllInspected> {
  const inspected: { readonly table: OpenedTable["table"]; readonly inspection: Inspection }[] = [];
  const runs: CommandsResult[] = [];
  const problems: string[] = [];
  for (const { table, subject } of tables) {
    const result = await inspectData(context, {
      ...{ data: context.data, subject, table: table.name, config: table.config },
      task: table.name === evaluated ? context.config.evaluation.task : undefined,
    });
    runs.push(...result.runs);
    if (result.inspection === undefined) problems.push(result.problem ?? "");
    else inspected.push({ table, inspection: result.inspection });
  }
  return { inspected, runs, ...(problems.length === 0 ? {} : { problem: problems.join("; ") }) };
}

/** Files that are checked as one table and have other columns: most rules make no sense then. */
function kindsHint({ table, subject }: OpenedTable): string[] {
  const kinds = kindsOf(subject.checked);
  if (kinds.length < 2) return [];
  const where = table.name === undefined ? "the data" : `data.tables.${table.name}`;
  return [
    `${where} has tables of ${kinds.length} kinds, which are checked as one (${kindsText(kinds)}): data.tables gives each its own rules, or data.files says which are checked`,
  ];
}

const MAX_NOTES = 5;

function judge(
  inspection: DataInspection,
  unreadable: readonly string[],
  notes: readonly string[],
  hints: readonly string[],
): Outcome<DataInspection> {
  const { rows, files, checks, findings, tables } = inspection;
  // A part of a table may be empty, but not the table.
  const filled = new Set(files.filter((file) => file.rows > 0).map(({ file }) => tableOfPart(file)));
  const empty = files.filter(({ file }) => !filled.has(tableOfPart(file))).map(({ file }) => `${file}: no rows`);
  const messages = [...unreadable, ...empty, ...findings.map(findingText)];
  const unseen = unseenText(notes);
  if (messages.length > 0) return { status: "failed", message: [...messages, ...hints].join("; ") + unseen };
  const all = new Set(files.map(({ table }) => table)).size;
  const of = tables.length === 0 ? "" : ` of ${counted(all, "table")}`;
  return {
    status: "passed",
    message: `${counted(rows, "row")} in ${counted(files.length, "file")}${of}: ${counted(checks, "check")} kept${unseen}`,
    value: inspection,
    warnings: hints,
  };
}

const unseenText = (notes: readonly string[]): string => {
  const others = notes.length > MAX_NOTES ? `, and ${counted(notes.length - MAX_NOTES, "other")}` : "";
  return notes.length === 0 ? "" : `; not looked at: ${notes.slice(0, MAX_NOTES).join(", ")}${others}`;
};
