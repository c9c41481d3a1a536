import { guessesOf, money, partCells, totalText } from "../../cost/words.ts";
import type { ReportedCost } from "../cost.ts";
import { type Html, html } from "./html.ts";
import { table } from "./table.ts";

/** What the run was charged for. */
export function costTable({ currency, actual }: ReportedCost): Html {
  const guesses = guessesOf(actual);
  return html`<details><summary>What it cost: ${totalText(actual, currency)}</summary>${table(
    ["What", "Amount", "Price of one", "Cost"],
    actual.parts.map((part) => partCells(part, currency)),
    { label: "Cost", columns: ["", "number", "number", "number"] },
  )}${guesses.length > 0 && html`<p>* is assumed. ${guesses.join("; ")}.</p>`}</details>`;
}

/** What a stage cost; empty where it took no time. */
export const stageCost = ({ currency, actual }: ReportedCost, name: string): string => {
  const found = actual.stages.find((stage) => stage.name === name);
  return found === undefined ? "" : money(found.cost, currency);
};
