import { lookup } from "../lookup.ts";

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
    const parts = partsOf(name);
    const isBelow = prefix.every((part, place) => parts[place] === part);
    return isBelow ? [[parts.slice(prefix.length).join("."), index + 1]] : [];
  });
  // The first of several tables of one name stands for it.
  return Object.fromEntries(found.reverse());
}

/** A key with its value, which may be in a line of tables: `metrics.accuracy = 0.9`. */
const KEY = /^\s*(?<name>(?:"[^"\n]*"|'[^'\n]*'|[\w-]+)(?:\s*\.\s*(?:"[^"\n]*"|'[^'\n]*'|[\w-]+))*)\s*=/;

/** The lines of the keys that a TOML text has below a prefix, from 1, by their names with those of their tables. */
export function keyLines(text: string, prefix: readonly string[]): Readonly<Record<string, number>> {
  const found: [string, number][] = [];
  let table: readonly string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const heading = HEADING.exec(line)?.groups?.name;
    if (heading !== undefined) {
      table = partsOf(heading);
      continue;
    }
    const key = KEY.exec(line)?.groups?.name;
    if (key === undefined) continue;
    const parts = [...table, ...partsOf(key)];
    if (prefix.every((part, place) => parts[place] === part)) {
      found.push([parts.slice(prefix.length).join("."), index + 1]);
    }
  }
  return Object.fromEntries(found.reverse());
}

const partsOf = (name: string): string[] =>
  [...name.matchAll(PART)].map(([, double, single, bare]) => double ?? single ?? bare ?? "");

/** Where the parts of a configuration are written. */
export interface SettingLines {
  readonly tables: Readonly<Record<string, number>>;
  readonly keys: Readonly<Record<string, number>>;
}

/**
 * The line where a setting or a table is written: its own, that of a key that holds it, or that of the first thing in it. Undefined for what
 * nobody has written, and which is by its default.
 */
export function lineOfSetting({ tables, keys }: SettingLines, name: string): number | undefined {
  const written = lookup(keys, name) ?? lookup(tables, name);
  if (written !== undefined) return written;
  const parts = name.split(".");
  for (let length = parts.length - 1; length > 0; length--) {
    const holder = lookup(keys, parts.slice(0, length).join("."));
    if (holder !== undefined) return holder;
  }
  const inside = [...Object.entries(keys), ...Object.entries(tables)].filter(([one]) => one.startsWith(`${name}.`));
  return inside.length === 0 ? undefined : Math.min(...inside.map(([, line]) => line));
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
