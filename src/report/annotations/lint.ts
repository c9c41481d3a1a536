import { CHECKERS, type Checker } from "../../project/lint/settings.ts";
import { oneLine } from "../../text.ts";
import type { Place } from "./annotation.ts";
import { pathInProject } from "./path.ts";

/* What checkers of code print, as findings. Lines that say something else are passed over. */

/** What a checker found at a place. */
export interface LintFinding {
  readonly place: Place;
  readonly message: string;
  /** The rule's own name; empty where the checker has one rule. */
  readonly code: string;
}

/** Forms of a line: `path` and, where there are any, `line`, `column`, `code` and `message`. `said` is what a form without a message means. */
interface Form {
  readonly pattern: RegExp;
  readonly said?: string;
}

const AT_COLUMN = "^(?<path>[^:]+):(?<line>\\d+):(?<column>\\d+): ";

/** A code of ruff, or a word for what is no rule: `invalid-syntax:`. */
const RUFF_LINE: Form = { pattern: new RegExp(`${AT_COLUMN}(?<code>[A-Z]+\\d+|[\\w-]+:) (?<message>.+)$`) };

const FORMS: Readonly<Record<Checker, readonly Form[]>> = {
  ruff: [
    // A line of a notebook is told in its cell, which is no line of the file.
    { pattern: /^(?<path>[^:]+):cell \d+:\d+:\d+: (?<code>[A-Z]+\d+|[\w-]+:) (?<message>.+)$/ },
    RUFF_LINE,
  ],
  "ruff-format": [
    RUFF_LINE,
    { pattern: /^Would reformat: (?<path>.+)$/, said: "ruff would format it in another way" },
    { pattern: /^error: Failed to parse (?<path>[^:]+):(?<line>\d+):(?<column>\d+): (?<message>.+)$/ },
  ],
  black: [
    { pattern: /^would reformat (?<path>.+)$/, said: "black would format it in another way" },
    { pattern: /^error: cannot parse: (?<path>[^:]+):(?<line>\d+):(?<column>\d+)$/, said: "black cannot parse it" },
    { pattern: /^error: cannot format (?<path>[^:]+): (?<message>.+)$/ },
  ],
  isort: [{ pattern: /^ERROR: (?<path>.+?) (?<message>Imports are incorrectly sorted.*)$/ }],
  flake8: [{ pattern: new RegExp(`${AT_COLUMN}(?<code>[A-Z]+\\d+) (?<message>.+)$`) }],
  pylint: [{ pattern: new RegExp(`${AT_COLUMN}(?<code>[A-Z]\\d{4}): (?<message>.+)$`) }],
  mypy: [
    {
      pattern:
        /^(?<path>[^:]+):(?<line>\d+)(?::(?<column>\d+))?(?::\d+:\d+)?: error: (?<message>.+?)(?: {2}\[(?<code>[\w-]+)\])?$/,
    },
  ],
  pyright: [
    {
      pattern: /^ *(?<path>[^:]+):(?<line>\d+):(?<column>\d+) - error: (?<message>.+?)(?: \((?<code>report\w+)\))?$/,
    },
  ],
  ty: [{ pattern: new RegExp(`${AT_COLUMN}error\\[(?<code>[\\w-]+)\\]:? (?<message>.+)$`) }],
};

/** ty tells a finding in several lines, of which the second has the place. */
const TY_HEADING = /^error\[([\w-]+)\]:? (.+)$/;
const TY_PLACE = /^ *--> ([^:]+:\d+:\d+)$/;

/**
 * The findings of a checker.
 *
 * @param output as it printed them; of a long output its end
 */
export function lintFindings(checker: string, output: string): readonly LintFinding[] {
  const known = CHECKERS.find((name) => name === checker);
  if (known === undefined) return [];
  const lines = output.split(/\r\n|[\r\n]/);
  return (known === "ty" ? inOneLine(lines) : lines).flatMap((line) => findingIn(line, FORMS[known]));
}

const inOneLine = (lines: readonly string[]): string[] =>
  lines.map((line, index) => {
    const [heading, place] = [TY_HEADING.exec(line), TY_PLACE.exec(lines[index + 1] ?? "")];
    return heading === null || place === null ? line : `${place[1]}: error[${heading[1]}] ${heading[2]}`;
  });

function findingIn(line: string, forms: readonly Form[]): LintFinding[] {
  for (const { pattern, said = "" } of forms) {
    const found = pattern.exec(line)?.groups;
    const path = pathInProject(found?.path ?? "");
    if (found === undefined || path === undefined) continue;
    const [at, column] = [Number(found.line ?? 1), Number(found.column ?? 0)];
    if (!Number.isSafeInteger(at) || !Number.isSafeInteger(column)) continue;
    return [
      {
        place: { path, line: Math.max(1, at), ...(column > 0 ? { column } : {}) },
        message: oneLine(found.message ?? said),
        code: (found.code ?? "").replace(/:$/, ""),
      },
    ];
  }
  return [];
}
