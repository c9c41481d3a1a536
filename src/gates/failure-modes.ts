import { z } from "zod";
import { required, share } from "../config/forms.ts";
import type { CaseResult } from "../measurements/serving/cases.ts";
import { counted, percent } from "../text.ts";
import { defineGate, failed, passed } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** Share of the cases that must hold. */
  "min-pass-rate": share.default(1),
});

/** How many failing cases a message tells; the report has all. */
const SHOWN = 5;

/** The served model answers the project's adversarial and minority cases as expected. */
export const failureModesGate = defineGate({
  id: "failure-modes",
  settings,
  needs: ["cases"],
  decide({ cases: { cases } }, settings) {
    const failing = cases.filter((one) => !one.held);
    const rate = (cases.length - failing.length) / cases.length;
    const numbers = { cases: cases.length, failing: failing.length, passRate: rate };
    const limit = settings["min-pass-rate"];
    const summary = `${cases.length - failing.length} of ${counted(cases.length, "case")} hold (at least ${(limit * 100).toFixed(0)} %)`;
    const text = failing.length === 0 ? `${summary}: ${kinds(cases)}` : `${summary}; ${failingText(failing)}`;
    return (rate < limit ? failed : passed)(text, numbers);
  },
  deciding: ({ cases, failing }, settings) =>
    cases === undefined || failing === undefined
      ? undefined
      : {
          figure: String(failing),
          name: `of ${counted(cases, "case")} not as expected`,
          against: [`at least ${percent(settings["min-pass-rate"])} must hold`],
        },
  mutants: () => [{ name: "wrong answers from the server", serving: { answers: "wrong" } }],
});

function kinds(cases: readonly CaseResult[]): string {
  const all = [...new Set(cases.map((one) => one.kind))];
  return all.map((kind) => `${kind} ${cases.filter((one) => one.kind === kind).length}`).join(", ");
}

function failingText(failing: readonly CaseResult[]): string {
  const shown = failing
    .slice(0, SHOWN)
    .map(
      ({ kind, name, instance, expected, given }) =>
        `${kind}, ${name}: expected ${expected}, got ${given} for ${instance}`,
    );
  return [...shown, ...(failing.length > SHOWN ? [`and ${failing.length - SHOWN} more in the report`] : [])].join("; ");
}
