import type { Outcome } from "../../checks/check.ts";
import type { GateResult } from "../../gates/result.ts";
import { type CheckLine, checkLines } from "../findings.ts";
import { gateStatus, type Tone } from "../status.ts";
import { type Html, html } from "./html.ts";
import { mark, statusBadge } from "./mark.ts";
import { table } from "./table.ts";

/** The gates in the order in which they ran. */
export const gatesTable = (gates: readonly GateResult[]): Html =>
  table(
    ["Gate", "Result", "What was measured against what"],
    gates.map((gate) => [gate.id, statusBadge(gateStatus(gate)), lines(checkLines(gate))]),
    { label: "Gates", columns: ["", "", "text"], stacks: true, rowClass: (index) => rowTone(gates[index]) },
  );

const rowTone = (gate: GateResult | undefined): string => {
  const tone = gate === undefined ? "" : gateStatus(gate).tone;
  return tone === "passed" ? "" : `row-${tone}`;
};

/** A list of findings; a single one is plain text. */
export const list = (findings: readonly string[]): Html => lines(findings.map((text) => ({ text })));

/** In a list of checks, each has the sign of its outcome. */
function lines(checks: readonly CheckLine[]): Html {
  const [only] = checks;
  if (checks.length < 2) return html`${only?.text}`;
  const list = checks.some(({ outcome }) => outcome !== undefined) ? "findings marked" : "findings";
  return html`<ul class="${list}">${checks.map(({ text, outcome }) => html`<li>${sign(outcome)}${text}</li>`)}</ul>`;
}

const TONES: Readonly<Record<Outcome, Tone>> = {
  kept: "passed",
  broken: "failed",
  unsure: "unsure",
  missing: "failed",
};

const sign = (outcome: Outcome | undefined): Html | false =>
  outcome !== undefined && html`${mark(TONES[outcome])}<span class="hidden">${outcome}: </span> `;
