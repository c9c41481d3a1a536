import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type PairedRows, pairedRows } from "../../src/measurements/rows/decide.ts";
import type { SampledRow } from "../../src/measurements/rows/evaluated-rows.ts";
import { drawnRows } from "../../src/measurements/rows/measure.ts";
import { planPairing } from "../../src/measurements/rows/plan.ts";
import { pairingScript } from "../../src/measurements/rows/sql.ts";
import { readPairings } from "../../src/measurements/rows/tables.ts";
import type { DescribedFile } from "../../src/tables/describe.ts";
import { readFile as readTable } from "../../src/tables/sql.ts";
import { duckdb } from "./python.ts";

/** Predictions, and the data that they may be of: texts of CSV files. */
export interface EvaluatedCase {
  readonly data: Readonly<Record<string, string>>;
  readonly predictions: string;
  readonly label?: string;
  readonly regression?: boolean;
  readonly named?: readonly string[];
  readonly sample?: number;
}

/** Runs the script of the containers on files, and decides as the gates' measurement does. */
export async function heldRows(
  one: EvaluatedCase,
): Promise<(PairedRows & { readonly sample: SampledRow[] }) | { readonly unheld: string }> {
  const root = await mkdtemp(join(tmpdir(), "rows ü-"));
  try {
    const files = await Promise.all(
      Object.entries(one.data).map(async ([path, text]): Promise<DescribedFile> => {
        await mkdir(dirname(join(root, "data", path)), { recursive: true });
        await writeFile(join(root, "data", path), text);
        const lines = text.trimEnd().split("\n");
        const names = (lines[0] ?? "").split(",");
        return {
          ...{ path, format: "csv", bytes: text.length, rows: lines.length - 1, sample: [] },
          ...{ columns: names.map((name) => ({ name, type: null })), delimiter: ",", newline: "\n" },
        };
      }),
    );
    const file = join(root, "predictions.csv");
    await writeFile(file, one.predictions);
    const lines = one.predictions.trimEnd().split("\n");
    const planned = planPairing(
      { files, mount: join(root, "data"), named: one.named },
      { label: one.label ?? "label" },
      {
        rows: lines.length - 1,
        columns: (lines[0] ?? "").split(","),
        missing: {},
        task: one.regression === true ? "regression" : "classification",
      },
    );
    if ("unheld" in planned) return planned;
    const { plan, facts } = planned;
    const script = pairingScript({ ...plan, predictions: readTable("csv", file), sample: one.sample ?? 5 }, root);
    await duckdb("-bail", "-c", script);
    const tables = await readPairings((name) => readFile(join(root, name), "utf8"));
    const found = pairedRows(facts, tables);
    if ("unheld" in found || found.pairing === undefined) return "unheld" in found ? found : { ...found, sample: [] };
    return { ...found, sample: drawnRows({ files }, facts.labelColumn, tables, found.pairing) };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
