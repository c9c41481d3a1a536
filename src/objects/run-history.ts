import { type Directory, dag, func, object } from "@dagger.io/dagger";
import { z } from "zod";
import { entrySchema } from "../journal/entry.ts";
import { parseJson } from "../json.ts";
import { historyPage } from "../report/history/page.ts";
import { type RunList, runsText } from "../report/history/text.ts";

const recordedRuns = z.object({
  entries: z.array(entrySchema),
  remarks: z.array(z.string()),
  metric: z.string().optional(),
});

/** Runs that have ended, from the journal of the model store or a folder of reports. */
@object()
export class RunHistory {
  /** A `RunList` as JSON. */
  private readonly json: string;

  constructor(json: string) {
    this.json = json;
  }

  /** Says of each run when it began, how it ended, what it measured, what it took and cost, and where it was deployed. */
  @func()
  text(): string {
    return runsText(this.read());
  }

  /** Gives a folder with history.html, metrics over time on one page, and runs.json, all that is known of each run. */
  @func()
  report(): Directory {
    const runs = this.read();
    return dag
      .directory()
      .withNewFile("history.html", historyPage(runs))
      .withNewFile("runs.json", `${JSON.stringify(runs.entries, null, 2)}\n`);
  }

  private read(): RunList {
    return parseJson(this.json, recordedRuns, "the history of runs");
  }
}
