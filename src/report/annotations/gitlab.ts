import { createHash } from "node:crypto";
import { oneLine } from "../../text.ts";
import type { Annotation } from "./annotation.ts";
import { isToldByLines } from "./collect.ts";
import { placeShown } from "./place.ts";

/* GitLab's Code Quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */

interface Issue {
  readonly description: string;
  readonly check_name: string;
  /** The same in each run that finds the same, on whichever line, and another one for each issue. */
  readonly fingerprint: string;
  readonly severity: "info" | "minor" | "major" | "critical" | "blocker";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

/** Where a setting would be of a project whose configuration is in no file that is known: GitLab takes no issue without a place. */
const NO_PLACE = { path: "ml-pipeline.toml", line: 1 };

/** `codequality.json`: all that the run found, but for stages whose findings at lines say the same. */
export function codeQuality(all: readonly Annotation[]): string {
  const seen = new Map<string, number>();
  const issues = all
    .filter((one) => !isToldByLines(one, all))
    .map((one): Issue => {
      // GitLab takes no issue without a line.
      const { path, line = 1 } = placeShown(one.place) ?? NO_PLACE;
      const what = JSON.stringify([one.kind, one.check, path, one.identity ?? withoutNumbers(one.message)]);
      const times = (seen.get(what) ?? 0) + 1;
      seen.set(what, times);
      return {
        description: oneLine(one.message),
        check_name: oneLine(one.check),
        fingerprint: createHash("sha256").update(`${what} ${times}`).digest("hex"),
        severity: severityOf(one),
        location: { path, lines: { begin: line } },
      };
    });
  return `${JSON.stringify(issues, null, 2)}\n`;
}

/** Numbers of a message are those of lines and lengths, which other changes move. */
const withoutNumbers = (message: string): string => message.replaceAll(/\d+/g, "0");

function severityOf({ level, kind }: Annotation): Issue["severity"] {
  if (level === "warning") return kind === "note" ? "info" : "minor";
  return kind === "lint" ? "major" : kind === "test" ? "critical" : "blocker";
}
