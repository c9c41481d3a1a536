import type { Directory } from "@dagger.io/dagger";
import { inBatches } from "../batches.ts";
import { type ManualPage, UserError } from "../errors.ts";
import { counted } from "../text.ts";

const REPORTS = "**/report.json";
/** Beyond so many reports a folder is not one of a project's last runs. */
const MOST = 1000;
/** So many files are asked for at a time. */
const AT_ONCE = 16;

/** A `report.json`, whatever is in it. */
export interface ReportFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the reports in the folder of `--history`, at any depth.
 *
 * @param page what explains more
 * @throws UserError for a folder with too many
 */
export async function reportTexts(folder: Directory, page: ManualPage): Promise<ReportFile[]> {
  const paths = await folder.glob(REPORTS);
  if (paths.length > MOST) {
    throw new UserError(
      `There are ${counted(paths.length, "report")} in the folder of --history, and ${MOST} at most are read: give the folder of the last runs.`,
      page,
    );
  }
  return inBatches(paths, AT_ONCE, async (path) => ({ path, text: await folder.file(path).contents() }));
}
