import type { Outcome } from "../../checks/check.ts";
import type { GateResult } from "../../gates/result.ts";
import { type CheckLine, checkLines } from "../findings.ts";
import { gateStatus, type Tone } from "../status.ts";
import { type Html, html } from "./html.ts";
import { mark, statusBadge } from "./mark.ts";
import { table } from "./table.ts";

/** The gates in the order in which they were asked. */
export const gatesTable = (gates: readonly GateResult[]): Html =>
  table(
    ["Gate", "Result", "What was measured against what"],
    gates.map((gate) => [gate.id, statusBadge(gateStatus(gate)), lines(checkLines(gate))]),
    { label: "Gates", columns: ["", "", "text"], rowClass: (index) => rowTone(gates[index]) },
  );

const rowTone = (gate: GateResult | undefined): string => {
  const tone = gate === undefined ? "" : gateStatus(gate).tone;
  return tone === "passed" ? "" : `row-${tone}`;
};

/** Findings below each other, unless there is just one. */
export const list = (findings: readonly string[]): Html => lines(findings.map((text) => ({ text })));

/** Where several checks stand below each other, each has the sign of its outcome. */
function lines(found: readonly CheckLine[]): Html {
  const [only] = found;
  if (found.length < 2) return html`${only?.text}`;
  const list = found.some(({ outcome }) => outcome !== undefined) ? "findings marked" : "findings";
  return html`<ul class="${list}">${found.map(({ text, outcome }) => html`<li>${sign(outcome)}${text}</li>`)}</ul>`;
}

const TONES: Readonly<Record<Outcome, Tone>> = {
  kept: "passed",
  broken: "failed",
  unsure: "unsure",
  missing: "failed",
};

const sign = (outcome: Outcome | undefined): Html | false =>
  outcome !== undefined && html`${mark(TONES[outcome])}<span class="hidden">${outcome}: </span> `;
