import { counted, percent, short } from "../../text.ts";
import type { Report } from "../report.ts";
import { table } from "./markdown.ts";

const MAX_CASES = 20;
/** Characters of an instance that fit into a comment. */
const MAX_LETTERS = 300;

/** The failure-mode cases that did not hold, and the requests that shadow answered most differently. */
export function servingSection({ measurements }: Report): string[] {
  const failing = (measurements?.cases?.cases ?? []).filter((one) => !one.held);
  const { shadow } = measurements ?? {};
  return [
    ...(failing.length === 0
      ? []
      : [
          `### ${counted(failing.length, "failure-mode case")} not as expected`,
          table(
            ["Kind", "Case", "Instance", "Expected", "Given"],
            failing
              .slice(0, MAX_CASES)
              .map(({ kind, name, instance, expected, given }) => [
                kind,
                name,
                cut(instance),
                cut(expected),
                cut(given),
              ]),
          ),
          ...(failing.length > MAX_CASES ? [`… and ${failing.length - MAX_CASES} more in report.json.`] : []),
        ]),
    ...(shadow === undefined || shadow.differing.length === 0
      ? []
      : [
          `### Shadow: ${percent(shadow.agreed / Math.max(1, shadow.requests))} of ${counted(shadow.requests, "request")} answered alike; the most different`,
          table(
            ["Line", "Instance", "Production", "Candidate", "Difference"],
            shadow.differing.map((one) => [
              String(one.line),
              cut(one.instance),
              cut(one.production),
              cut(one.candidate),
              one.difference === undefined ? "" : short(one.difference),
            ]),
          ),
        ]),
  ];
}

const cut = (text: string): string => (text.length > MAX_LETTERS ? `${text.slice(0, MAX_LETTERS)}…` : text);
