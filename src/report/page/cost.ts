import { guessesOf, money, partCells, totalText } from "../../cost/words.ts";
import { counted } from "../../text.ts";
import type { PlannedCost, ReportedCost } from "../cost.ts";
import { moneyRange, timeRange } from "../plan.ts";
import type { Report } from "../report.ts";
import { duration, took } from "../time.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** What the run was charged for, and what was expected before. */
export function costTable({ seconds, stages }: Pick<Report, "seconds" | "stages">, cost: ReportedCost): Html {
  const { currency, actual, planned } = cost;
  const guesses = guessesOf(actual);
  return html`<details><summary>What it cost: ${totalText(actual, currency)}${planned !== undefined && `, planned ${moneyRange(planned.total, currency)}`}</summary>${table(
    ["What", "Amount", "Price of one", "Cost"],
    actual.parts.map((part) => partCells(part, currency)),
    { label: "Cost", columns: ["", "number", "number", "number"] },
  )}${guesses.length > 0 && html`<p>* is assumed. ${guesses.join("; ")}.</p>`}${planned !== undefined && plannedTable(planned, cost, { seconds, stages })}</details>`;
}

/** What was planned beside what came of it. */
function plannedTable(
  planned: PlannedCost,
  { currency, actual }: ReportedCost,
  { seconds, stages }: Pick<Report, "seconds" | "stages">,
): Html {
  const rows = planned.stages.flatMap(({ name, seconds: time, cost }) => {
    const stage = stages.find((one) => one.name === name);
    if (stage === undefined) return [];
    const spent = actual.stages.find((one) => one.name === name)?.cost ?? 0;
    return [[name, timeRange(time), took(stage), moneyRange(cost, currency), money(spent, currency)]];
  });
  const whole = ["All of it", timeRange(planned.seconds), duration(seconds)];
  const untimed =
    planned.untimed.length === 0
      ? ""
      : ` ${planned.untimed.join(", ")} had not been timed and ${planned.untimed.length === 1 ? "is" : "are"} in no planned number.`;
  return html`<p>Planned by ${counted(planned.runs, "earlier run")}.${untimed}</p>${table(
    ["Stage", "Planned time", "Time", "Planned cost", "Cost"],
    [[...whole, moneyRange(planned.total, currency), money(actual.total, currency)], ...rows],
    { label: "Planned and actual", columns: ["", "number", "number", "number", "number"] },
  )}`;
}

/** What a stage cost; empty where it took no time. */
export const stageCost = ({ currency, actual }: ReportedCost, name: string): string => {
  const found = actual.stages.find((stage) => stage.name === name);
  return found === undefined ? "" : money(found.cost, currency);
};
