import { z } from "zod";
import type { Check } from "../checks/check.ts";
import { isOutside } from "../checks/limit.ts";
import { required, share } from "../config/forms.ts";
import { stricter } from "../config/stricter.ts";
import { changing } from "../measurements/harms.ts";
import type { CaseResult } from "../measurements/serving/cases.ts";
import { broken } from "../measurements/serving/harmed.ts";
import { defineGate } from "./gate.ts";

const settings = z.strictObject({
  required,
  /** Share of the cases that must hold. */
  "min-pass-rate": stricter("higher", share).default(1),
});

/** The served model answers the project's adversarial and minority cases as expected. */
export const failureModesGate = defineGate({
  id: "failure-modes",
  settings,
  needs: () => ({ cases: {} }),
  decide({ cases: { cases } }, settings) {
    const failing = cases.filter((one) => !one.held);
    const held = cases.length - failing.length;
    const [value, limit] = [held / cases.length, { min: settings["min-pass-rate"] }];
    const outcome = isOutside(value, limit) ? "broken" : "kept";
    return [
      {
        ...{ what: "cases that hold", value, unit: "share", limit, outcome },
        reason: { code: "cases", cases: cases.length, held, kinds: kindsOf(cases) },
      },
      ...failing.map(
        ({ kind, name, instance, expected, given }): Check => ({
          ...{ what: `${kind}, ${name}`, outcome },
          reason: { code: "unexpected-answer", kind, name, instance, expected, given },
        }),
      ),
    ];
  },
  mutants: () => [{ name: "wrong answers from the server", serving: { answers: "wrong" } }],
  harms: () => [
    {
      ...{ name: "cases that do not hold", unit: "cases", steps: MOST_CASES },
      size: (steps) => steps,
      measured: changing("cases", broken),
    },
  ],
});

/** No project has more. */
const MOST_CASES = 100_000;

const kindsOf = (cases: readonly CaseResult[]): { kind: string; cases: number }[] =>
  [...new Set(cases.map((one) => one.kind))].map((kind) => ({
    kind,
    cases: cases.filter((one) => one.kind === kind).length,
  }));
