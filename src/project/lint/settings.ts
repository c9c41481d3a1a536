import { z } from "zod";
import { names } from "../../config/forms.ts";
import { stricter } from "../../config/stricter.ts";

/** The checkers of code that the pipeline knows. */
export const CHECKERS = ["ruff", "ruff-format", "black", "isort", "flake8", "pylint", "mypy", "pyright", "ty"] as const;
export type Checker = (typeof CHECKERS)[number];

/** What `lint` runs. */
export const lintSettings = z.strictObject({
  /**
   * The checkers that must pass. When absent: ruff, black (or ruff's formatter, where the project configures it), mypy, and whatever else
   * the project configures; of these, one that the project neither configures nor names only warns.
   */
  tools: stricter("more", z.array(z.enum(CHECKERS)).min(1)).optional(),
  /** The folders and files that they look at; when absent the project's code, which without packages is its folders of Python and what `commands` names. */
  folders: stricter("more", names).optional(),
});
export type LintSettings = z.output<typeof lintSettings>;
