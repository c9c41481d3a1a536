/** A heading of a table: `[tool.ml-pipeline.gates.metrics]`, also one of a list of tables. */
const HEADING = /^\s*\[\[?\s*(?<name>(?:"[^"\n]*"|'[^'\n]*'|[^\]#"'\n])+?)\s*\]\]?\s*(?:#.*)?$/;

/** A part of a table's name, in quotation marks or bare. */
const PART = /"([^"]*)"|'([^']*)'|([^.\s"']+)/g;

/**
 * The lines of the tables that a TOML text has below a prefix, from 1, by their names without it. The prefix itself is the empty name.
 * A table that is written in its parent's line has no line of its own.
 */
export function tableLines(text: string, prefix: readonly string[]): Readonly<Record<string, number>> {
  const found = text.split("\n").flatMap((line, index): [string, number][] => {
    const name = HEADING.exec(line)?.groups?.name;
    if (name === undefined) return [];
    const parts = [...name.matchAll(PART)].map(([, double, single, bare]) => double ?? single ?? bare ?? "");
    const isBelow = prefix.every((part, place) => parts[place] === part);
    return isBelow ? [[parts.slice(prefix.length).join("."), index + 1]] : [];
  });
  // The first of several tables of one name stands for it.
  return Object.fromEntries(found.reverse());
}

/** The line of a table, or of the nearest one that it is in; 1 where none has a line. */
export function lineOfTable(lines: Readonly<Record<string, number>>, table: string): number {
  const parts = table === "" ? [] : table.split(".");
  for (let length = parts.length; length >= 0; length--) {
    const name = parts.slice(0, length).join(".");
    if (Object.hasOwn(lines, name)) return lines[name] ?? 1;
  }
  return 1;
}
