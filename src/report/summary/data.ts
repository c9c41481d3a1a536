import { findingWithExamples } from "../../data/findings.ts";
import { grouped } from "../../text.ts";
import type { Report } from "../report.ts";
import { table } from "./markdown.ts";

const MAX_FINDINGS = 30;

/** The rules that the data breaks. */
export function dataSection({ data }: Pick<Report, "data">): string[] {
  const findings = data?.findings ?? [];
  if (findings.length === 0) return [];
  return [
    "### Data",
    table(
      ["Rule", "Rows", "What is wrong"],
      findings
        .slice(0, MAX_FINDINGS)
        .map((finding) => [
          finding.rule,
          finding.rows === undefined ? "" : grouped(finding.rows),
          findingWithExamples(finding),
        ]),
    ),
    ...(findings.length > MAX_FINDINGS ? [`${findings.length - MAX_FINDINGS} more are in report.json.`] : []),
  ];
}
