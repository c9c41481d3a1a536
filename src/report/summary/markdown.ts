/** A table of texts, escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** Escapes text of the user's project, so that it adds no markup, no line and no table cell. */
export const escaped = (text: string): string =>
  text
    .replace(/[\\`*_{}[\]<>|~#&]/g, (sign) => ({ "<": "&lt;", "&": "&amp;" })[sign] ?? `\\${sign}`)
    .replace(/\s*[\n\r\u2028\u2029]\s*/g, " ");

/** A code block with a fence that is longer than any in the text. */
export function block(text: string): string {
  const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${fence}text\n${text}\n${fence}`;
}

export const folded = (title: string, content: string): string =>
  `<details><summary>${escaped(title)}</summary>\n\n${content}\n\n</details>`;
