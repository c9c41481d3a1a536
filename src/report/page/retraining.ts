import { counted, grouped, percent } from "../../text.ts";
import { freshRows, type ReportedRetraining } from "../retraining.ts";
import { type Html, html } from "./html.ts";
import { rowsTable } from "./metrics.ts";
import { table } from "./table.ts";

/** Why a model was trained anew and on what, whether it goes out, and how both models do on rows that neither has seen. */
export function retrainingSection(retraining: ReportedRetraining): Html {
  const { decision, fresh } = retraining;
  return html`${decision !== undefined && html`<p><strong>${decision.deploy ? "The new model goes out" : "The accepted model stays"}</strong>${decision.forcedBy === undefined ? "" : `, by the word of ${decision.forcedBy}`}: ${decision.reason}</p>`}
${table(["What", ""], facts(retraining), { label: "Retraining", columns: ["", "text"], stacks: true })}
${
  fresh !== undefined &&
  html`<h3>On the fresh rows</h3>
<p class="caption">${counted(fresh.rows, "row")} of the window that nothing was trained on. In brackets: ${percent(fresh.confidence)} intervals. The metrics on the fixed test set are below.</p>
${rowsTable(freshRows(fresh), fresh.baseline !== undefined, "Metrics on the fresh rows")}`
}`;
}

const facts = ({ trigger, window, watch, reference, fixed, experiment, rows }: ReportedRetraining): string[][] => [
  ["Called for", trigger],
  ["Window", `${window.start} to ${window.end}, which is not in it`],
  ...(watch.length === 0 ? [] : [["Columns to watch", watch.join(", ")]]),
  ["Compared with", reference],
  ...(rows === undefined
    ? []
    : [
        ["Rows of the window", `${grouped(rows.trained)} to train on, ${grouped(rows.fresh)} to evaluate on`],
        ["Rows of the data", `${grouped(rows.before)} before, ${grouped(rows.after)} after`],
      ]),
  ["Fixed test set", fixed],
  ["Experiment", experiment],
];
