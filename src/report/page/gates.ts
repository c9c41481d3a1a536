import type { GateResult } from "../../gates/gate.ts";
import { grouped, short } from "../../text.ts";
import { gateStatus } from "../status.ts";
import { type Html, html } from "./html.ts";
import { statusBadge } from "./mark.ts";
import { table } from "./table.ts";

/** The gates in the order in which they were asked. */
export const gatesTable = (gates: readonly GateResult[]): Html =>
  table(
    ["Gate", "Result", "What was measured against what", "Numbers"],
    gates.map((gate) => [gate.id, statusBadge(gateStatus(gate)), parts(gate.message), numbers(gate.numbers)]),
    { label: "Gates", columns: ["", "", "text", ""], rowClass: (index) => rowTone(gates[index]) },
  );

const rowTone = (gate: GateResult | undefined): string => {
  const tone = gate === undefined ? "" : gateStatus(gate).tone;
  return tone === "passed" ? "" : `row-${tone}`;
};

/** A message is findings with semicolons between them: each on a line of its own, unless there is just one. */
export function parts(message: string): Html {
  const found = message.split(/; (?=\S)/);
  return found.length < 2
    ? html`${message}`
    : html`<ul class="findings">${found.map((one) => html`<li>${one}</li>`)}</ul>`;
}

const numbers = (values: GateResult["numbers"]): Html | string => {
  const entries = Object.entries(values);
  if (entries.length === 0) return "";
  return html`<dl class="numbers">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${Number.isInteger(value) ? grouped(value) : short(value)}</dd></div>`)}</dl>`;
};
