import { canonical, suggestion } from "../../base/names.ts";
import { UsageError } from "../../base/usage-error.ts";
import type { EnumInfo } from "../../runner/module/types.ts";

/** Reads a whole number of 32 bits with sign, which is what GraphQL's Int carries. */
export function integer(flag: string, text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text)) throw new UsageError(`${flag}=${text}: expected a whole number, such as 10`);
  if (Math.abs(value) > 2 ** 31 - 1) throw new UsageError(`${flag}=${text}: too large (at most ${2 ** 31 - 1})`);
  return value;
}

export function float(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || /^[+-]?0[box]/i.test(text)) {
    throw new UsageError(`${flag}=${text}: expected a number, such as 0.5`);
  }
  return value;
}

/** Reads a boolean in any spelling that Dagger's command line takes. */
export function boolean(flag: string, text: string): boolean {
  if (/^(true|t|1)$/i.test(text)) return true;
  if (/^(false|f|0)$/i.test(text)) return false;
  throw new UsageError(`${flag}=${text}: expected true or false`);
}

/**
 * Finds a member by its name or value in upper or lower case, as Dagger's command line does, and gives it in the form
 * that the API takes.
 */
export function enumMember(flag: string, text: string, info: EnumInfo & { passedBy: "name" | "value" }): string {
  const wanted = canonical(text);
  const found = info.members.find((member) => [member.name, member.value].map(canonical).includes(wanted));
  const names = [...new Set(info.members.map((member) => member.value))];
  if (found === undefined) {
    throw new UsageError(
      `${flag}=${text}: expected one of ${names.join(", ")}${suggestion(text.toLowerCase(), names)}`,
    );
  }
  return info.passedBy === "name" ? found.name : found.value;
}

/** Splits `a,b,"c,d"` at commas outside quotes. A doubled quote stands for a quote, and empty text is an empty list. */
export function splitList(flag: string, text: string): string[] {
  if (text === "") return [];
  const items: string[] = [];
  let rest = text;
  for (;;) {
    const match = /^(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/s.exec(rest);
    if (match === null) throw new UsageError(`${flag}=${text}: unbalanced quotes; items are separated by commas`);
    items.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "") return items;
    rest = rest.slice(match[0].length);
  }
}
