import { tomlComment, tomlKey, tomlText, tomlTexts } from "../data/suggest/toml.ts";
import type { Setting, Value } from "./setting.ts";

/* Settings are written into a file that a person wrote: what is there stays as it is, to the letter. */

const ANNOUNCEMENT = [
  "# Written by `ml-pipeline init`: what differs from the pipeline's conventions, and why. All of it may be changed.",
  "# `ml-pipeline doctor` says what is still missing, `ml-pipeline full-pipeline` gives the first verdict.",
];

/**
 * Adds settings to the text of a file.
 *
 * @param prefix the table that the configuration is in: `["tool", "ml-pipeline"]` in pyproject.toml
 */
export function withSettings(text: string, prefix: readonly string[], settings: readonly Setting[]): string {
  const tables = new Map<string, Setting[]>();
  for (const setting of settings) {
    const name = [...prefix, ...setting.path.slice(0, -1)].map(tomlKey).join(".");
    tables.set(name, [...(tables.get(name) ?? []), setting]);
  }
  // Keys of the file itself stand before its first table.
  const inOrder = [...tables].sort(([a], [b]) => Number(b === "") - Number(a === ""));
  const own = new RegExp(`^\\s*\\[${[...prefix].map(tomlKey).join("\\.")}`, "m");
  const isNew = prefix.length === 0 ? text.trim() === "" : !own.test(text);
  const lines = inOrder.flatMap(([, group]) => group).some((setting) => !isWritten(text, setting));
  if (!lines) return text;
  return inOrder.reduce((result, [name, group], index) => {
    const fresh = group.filter((setting) => !isWritten(text, setting)).flatMap(linesOf);
    return fresh.length === 0 ? result : withLines(result, name, isNew && index === 0 ? ANNOUNCEMENT : [], fresh);
  }, text);
}

/** A comment that is there is not written again. */
const isWritten = (text: string, setting: Setting): boolean =>
  setting.open === true && linesOf(setting).every((line) => text.includes(line));

function linesOf({ path, value, why, open }: Setting): string[] {
  const line = `${tomlKey(path.at(-1) ?? "")} = ${valueText(value)}`;
  return open === true ? [tomlComment(`${line}  # ${why}`)] : [tomlComment(why), line];
}

/** Adds lines to a table: at its end where the file has it, or else as a new one at the end of the file. */
function withLines(text: string, table: string, above: readonly string[], lines: readonly string[]): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const all = text.split(/\r?\n/);
  const start = table === "" ? -1 : all.findIndex((line) => headerOf(line) === table);
  if (table !== "" && start < 0) {
    const before = text === "" || text.endsWith("\n") ? text : text + eol;
    const blank = before === "" || /\n\r?\n$/.test(before) ? "" : eol;
    return `${before}${blank}${[...above, `[${table}]`, ...lines].join(eol)}${eol}`;
  }
  const next = all.findIndex((line, index) => index > start && headerOf(line) !== undefined);
  let end = next < 0 ? all.length : next;
  // What stands directly above the next table is about that.
  while (end > start + 1 && /^\s*(#.*)?$/.test(all[end - 1] ?? "") && next >= 0) end -= 1;
  while (end > start + 1 && (all[end - 1] ?? "").trim() === "") end -= 1;
  const after = all.slice(end);
  const gap = table === "" && after.length > 0 && (after[0] ?? "").trim() !== "" ? [""] : [];
  return [...all.slice(0, end), ...above, ...lines, ...gap, ...(after.length === 0 ? [""] : after)].join(eol);
}

/** The name of the table that a line begins, without quotation marks that it does not need. */
function headerOf(line: string): string | undefined {
  const inner = /^\s*\[\[?\s*([^[\]]+?)\s*\]?\]\s*(#.*)?$/.exec(line)?.[1];
  return inner?.replaceAll(/\s*\.\s*/g, ".").replaceAll(/"([\w-]+)"/g, "$1");
}

function valueText(value: Value): string {
  if (typeof value === "string") return tomlText(value);
  if (typeof value !== "object") return String(value);
  if (isList(value)) return tomlTexts(value);
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${tomlKey(key)} = ${valueText(one)}`)
    .join(", ")} }`;
}

const isList = (value: Value): value is readonly string[] => Array.isArray(value);
