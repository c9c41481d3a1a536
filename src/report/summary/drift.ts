import { estimateText, faultText, metricText, nameOf, pText } from "../../drift/words.ts";
import { counted, short } from "../../text.ts";
import type { Report } from "../report.ts";
import { driftStatus, EMOJI } from "../status.ts";
import { escaped, table } from "./markdown.ts";

const MAX_TESTS = 25;

/** The tests of all columns, the worst first. */
export function driftSection({ drift }: Report): string[] {
  if (drift === undefined) return [];
  const { tests, faults, metric, estimate, limits } = drift;
  return [
    "### Drift",
    ...faults.map((fault) => `- ${escaped(faultText(fault))}`),
    ...(metric === undefined ? [] : [escaped(metricText(metric))]),
    ...(estimate === undefined ? [] : [escaped(estimateText(estimate))]),
    ...(tests.length === 0
      ? []
      : [
          table(
            ["Column", "", "Test", "Effect", "Limit", "p adjusted", "What changed"],
            tests
              .slice(0, MAX_TESTS)
              .map((test) => [
                nameOf(test),
                EMOJI[driftStatus(test).tone],
                test.test,
                short(test.effect),
                String(limits.minEffect),
                pText(test.adjustedP),
                test.note,
              ]),
          ),
        ]),
    ...(tests.length > MAX_TESTS ? [`${counted(tests.length - MAX_TESTS, "more test")} in report.json.`] : []),
  ];
}
