import type { Directory } from "@dagger.io/dagger";
import { found, guess, type Remark } from "../adopt/remark.ts";
import type { Context } from "../context/context.ts";
import { type GatePower, gatePower } from "../cost/power.ts";
import { regressionSettings } from "../gates/regression.ts";
import type { JournalEntry } from "../journal/entry.ts";
import { canonicalMetric } from "../measurements/predictions/names.ts";
import { powerText } from "../report/power.ts";
import { readJournal } from "./journal.ts";
import type { Site } from "./site.ts";

/**
 * Whether the regression gate of a project will be able to tell, by its earlier runs.
 *
 * @param entries the newest first
 */
export function powerOf({ config }: Pick<Context, "config">, entries: readonly JournalEntry[]): GatePower | undefined {
  const { metric, tolerance, "min-rows": minRows } = regressionSettings(config.gates);
  const metrics = metric === undefined ? ["accuracy", "mae"] : [canonicalMetric(metric)];
  return gatePower(entries, { metrics, tolerance, minRows });
}

/** The same as a remark of the doctor, by a folder of reports: its answer may come from a cache, and a store may have more by then. */
export async function gateRemarks(site: Site, context: Context, history: Directory | undefined): Promise<Remark[]> {
  if (history === undefined) return [];
  const { entries } = await readJournal({ ...site, store: {} }, context, { history });
  const power = powerOf(context, entries);
  if (power === undefined) return [];
  return [(power.passes >= power.power ? found : guess)(powerText(power))];
}
