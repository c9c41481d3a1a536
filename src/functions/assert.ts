import type { Directory } from "@dagger.io/dagger";
import { UserError } from "../errors.ts";
import { PipelineRun } from "../objects/pipeline-run.ts";

const FILE = "report.json";

/** Ends as the run did whose report this is: a job that has exported one need not run everything again to fail. */
export async function assertReport(report: Directory): Promise<string> {
  return new PipelineRun(await reportText(report), report).assert();
}

/**
 * The text of a report's JSON.
 *
 * @param flag the flag that the folder came by
 * @throws UserError when the folder is none of a report
 */
export async function reportText(report: Directory, flag = "--report"): Promise<string> {
  if (!(await report.exists(FILE))) {
    throw new UserError(
      `There is no ${FILE} in the folder of ${flag}: give the folder that \`run … report export --path=report/\` wrote.`,
      "report",
    );
  }
  return report.file(FILE).contents();
}
