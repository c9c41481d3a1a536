import { groupText, intervalText, milliseconds, percent, short, shortBeyond } from "../text.ts";
import type { Check, Unit } from "./check.ts";
import { isOutside, type Limit, limitText } from "./limit.ts";

/* Formatting of values, limits and groups, shared by all phrases. */

/** A metric's name for display: `disparate_impact` is `disparate impact`. */
export const spaced = (what: string): string => what.replaceAll("_", " ");

interface Quantity {
  readonly value?: number | undefined;
  readonly unit?: Unit | undefined;
  readonly limit?: Limit | undefined;
}

/** Formats a value. One beyond its limit is never rounded onto the limit. Empty when there is no value. */
export function formatValue({ value, unit, limit }: Quantity): string {
  if (value === undefined) return "";
  const beyond = (one: number): boolean => limit !== undefined && isOutside(one, limit);
  const exact = (rounded: string, ending: string): string =>
    beyond(value) && !beyond(Number(rounded)) ? shortBeyond(value, beyond) + ending : rounded + ending;
  switch (unit) {
    case "ms":
      return exact(milliseconds(value).replace(" ms", ""), " ms");
    case "MB":
      return exact(value.toFixed(0), " MB");
    case "times":
      return exact(value.toFixed(2), " ×");
    case "share":
      return percent(value);
    case undefined:
      return exact(short(value), "");
  }
}

/** A limit in the unit of its value. */
export const limitWithUnit = (limit: Limit, unit: Unit | undefined): string =>
  limitText(limit, END_TEXTS[unit ?? "none"]);

const END_TEXTS: Readonly<Record<Unit | "none", (end: number) => string>> = {
  ms: (end) => `${short(end)} ms`,
  MB: (end) => `${short(end)} MB`,
  times: (end) => `${short(end)} ×`,
  share: percent,
  none: String,
};

/** `0.8722 [0.867, 0.877] (at least 0.85)`. */
export const valueAndLimit = (check: Check): string =>
  `${formatValue(check)}${intervalText(check.interval)}${check.limit === undefined ? "" : ` (${limitWithUnit(check.limit, check.unit)})`}`;

/** `sex=Female, race=Black`. */
export const groupName = (group: Readonly<Record<string, string>>): string =>
  groupText(Object.keys(group), Object.values(group));
