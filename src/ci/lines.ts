import type { Condition } from "./workflow.ts";

/* Lines of files that stand in folds: YAML, and scripts in it. */

/** @param width of a fold, in spaces */
export const indented = (lines: readonly string[], width = 2): string[] =>
  lines.map((line) => (line === "" ? "" : `${" ".repeat(width)}${line}`));

/** A value of YAML that is a script: as it is, line by line. */
export const scriptValue = (key: string, lines: readonly string[]): string[] => [`${key}: |`, ...indented(lines)];

/** An item of a list in YAML: the first line has its mark. */
export const item = ([first = "", ...others]: readonly string[]): string[] => [`- ${first}`, ...indented(others)];

/** A key of YAML with what is below it; nothing where that is nothing. */
export const below = (key: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`${key}:`, ...indented(lines)];

/**
 * A call of which a shell leaves out the flags whose secrets are not there: a build of a fork has none, and gets a verdict where the data can
 * be had without.
 */
export const whereThere = (lines: readonly string[], secrets: readonly string[]): string[] =>
  lines.map((line) =>
    line.replaceAll(/--[a-z-]+=env:(\w+)/g, (flag, name: string) =>
      secrets.includes(name) ? `\${${name}:+${flag}}` : flag,
    ),
  );

/** A command that is given where all of the variables have a value. */
export const onlyWith = (variables: readonly string[], lines: readonly string[], otherwise: string): string[] => [
  `if ${variables.map((name) => `[ -n "\${${name}:-}" ]`).join(" && ")}; then`,
  ...indented(lines),
  `else echo '${otherwise}'; fi`,
];

/** Ubuntu keeps ordinary users from making the namespaces that containers run in, unless that is allowed. */
export const NAMESPACES_LINE = "sudo sysctl --quiet --write kernel.apparmor_restrict_unprivileged_userns=0";

/** What ends well where a file of variables has what a job waits for. */
export const grepFor = ({ output, is }: Pick<Condition, "output" | "is">): string =>
  is.length === 1 ? `grep -qx '${output}=${is[0]}'` : `grep -Eqx '${output}=(${is.join("|")})'`;
