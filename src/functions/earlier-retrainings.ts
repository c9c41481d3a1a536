import type { Directory } from "@dagger.io/dagger";
import { inBatches } from "../batches.ts";
import type { Context } from "../context/context.ts";
import { UserError } from "../errors.ts";
import { type EarlierRetraining, earlierRetraining } from "../training/history.ts";
import { readPointers, readVersion, storeIn } from "./model-store.ts";
import { reportTexts } from "./report-texts.ts";
import type { Site } from "./site.ts";

/** Where earlier retrainings are known from. */
interface HistoryRequest {
  /** Reports, at any depth. */
  readonly history?: Directory | undefined;
  /** Where the accepted model is. */
  readonly baselineFrom?: string | undefined;
}

const AT_ONCE = 16;
/** So many versions of a pointer are read, the newest first. */
const LAST = 20;

/**
 * Retrainings that have ended: of the folder of reports, and those whose models the pointer of the accepted model stood at.
 *
 * @throws UserError for a folder with too many reports
 */
export async function earlierRetrainings(
  site: Site,
  context: Context,
  { history, baselineFrom }: HistoryRequest,
): Promise<readonly EarlierRetraining[]> {
  const texts = [...(await inFolder(history)), ...(await inStore(site, context, baselineFrom))];
  const found = texts.flatMap((text) => earlierRetraining(text) ?? []);
  // A report that is kept in both places is of one retraining.
  return [...new Map(found.map((one) => [one.name, one])).values()];
}

/** A folder without a report is that of a first retraining. */
async function inFolder(folder: Directory | undefined): Promise<string[]> {
  return folder === undefined ? [] : (await reportTexts(folder, "retraining")).map(({ text }) => text);
}

async function inStore(site: Site, context: Context, place: string | undefined): Promise<string[]> {
  const pointer = /^store:([a-z0-9][a-z0-9._-]*)$/.exec(place ?? "")?.[1];
  if (pointer === undefined) return [];
  const open = storeIn(site, context);
  const { pointers } = await readPointers(open, [pointer], "all");
  const versions = [...new Set((pointers.get(pointer) ?? []).map(({ move }) => move.version).reverse())].slice(0, LAST);
  const reports = await inBatches(versions, AT_ONCE, async (version) => {
    try {
      const { folder } = await readVersion(open, version, { parts: ["model", "report"] });
      return (await folder.exists("report/report.json")) ? folder.file("report/report.json").contents() : undefined;
    } catch (error) {
      // One that was removed since, or is believed no more, keeps nothing from being retrained.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  });
  return reports.flatMap((text) => text ?? []);
}
