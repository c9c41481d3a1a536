import { type Limit, limitText } from "../../checks/limit.ts";
import type { Threshold } from "../../config/forms.ts";
import type { Direction } from "../../config/stricter.ts";
import { metricLimit } from "../../gates/metric-settings.ts";
import { canonicalJson } from "../../json.ts";

interface Comparison {
  /** Whether the value is looser than the floor. Both have passed the schema of their setting, whose key is `name`. */
  isLooser(floor: unknown, value: unknown, name: string): boolean;
  /** What the floor asks for, as the end of "which asks for …". */
  words(floor: unknown, name: string): string;
}

const COMPARISONS: Readonly<Record<Direction, Comparison>> = {
  higher: {
    isLooser: (floor, value) => !(Number(value) >= Number(floor)),
    words: (floor) => `at least ${floor}`,
  },
  lower: {
    isLooser: (floor, value) => !(Number(value) <= Number(floor)),
    words: (floor) => `at most ${floor}`,
  },
  newer: {
    isLooser: (floor, value) => minorOf(value) < minorOf(floor),
    words: (floor) => `at least ${floor}`,
  },
  true: {
    isLooser: (floor, value) => floor === true && value !== true,
    words: () => "true",
  },
  more: {
    isLooser: (floor, value) => listOf(floor).some((one) => !hasMember(value, one)),
    words: (floor) => `all of ${list(floor)}`,
  },
  fewer: {
    isLooser: (floor, value) => listOf(value).some((one) => !hasMember(floor, one)),
    words: (floor) => `none but ${list(floor)}`,
  },
  patterns: {
    isLooser: (floor, value) => {
      const [floors, own] = [listOf(floor).map(String), listOf(value).map(String)];
      let next = 0;
      for (const one of floors) {
        if (own[next] === one) next += 1;
        // What it takes back would not be taken back any more.
        else if (one.startsWith("!") && next > 0) return true;
      }
      return next < own.length;
    },
    words: (floor) => `none but ${list(floor)}, in this order`,
  },
  narrower: {
    isLooser: (floor, value) => {
      const [[low, high], [ownLow, ownHigh]] = [rangeOf(floor), rangeOf(value)];
      return !(ownLow >= low && ownHigh <= high);
    },
    words: (floor) => `within ${list(floor)}`,
  },
  tighter: {
    isLooser: (floor, value, metric) => {
      const [{ min = -Infinity, max = Infinity }, own] = [limitOf(metric, floor), limitOf(metric, value)];
      return !((own.min ?? -Infinity) >= min && (own.max ?? Infinity) <= max);
    },
    words: (floor, metric) => limitText(limitOf(metric, floor)),
  },
  same: {
    isLooser: (floor, value) => canonicalJson(floor) !== canonicalJson(value),
    // Of a program of the policy's, what the policy leaves out is for nobody else to say.
    words: (floor) => (floor === undefined ? "nothing of the kind" : shownValue(floor)),
  },
};

export const isLooser = (direction: Direction, floor: unknown, value: unknown, name: string): boolean =>
  COMPARISONS[direction].isLooser(floor, value, name);

export const floorWords = (direction: Direction, floor: unknown, name: string): string =>
  COMPARISONS[direction].words(floor, name);

/** The bounds of a value that has passed the schema of a threshold. */
export const limitOf = (metric: string, threshold: unknown): Limit => metricLimit(metric, threshold as Threshold);

/** A value as it is written in TOML, near enough. */
export const shownValue = (value: unknown): string =>
  typeof value === "number" || typeof value === "bigint" ? String(value) : (JSON.stringify(value) ?? "nothing");

/** The 11 of "3.11": there is no other major version. */
const minorOf = (version: unknown): number => Number(String(version).split(".")[1]);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const list = (value: unknown): string => `[${listOf(value).map(shownValue).join(", ")}]`;

/** Columns that are crossed are a set, and a class is the same as text or as a number. */
const memberKey = (value: unknown): string =>
  Array.isArray(value) ? JSON.stringify(value.map(String).sort()) : String(value);
const hasMember = (members: unknown, one: unknown): boolean => listOf(members).map(memberKey).includes(memberKey(one));

const rangeOf = (value: unknown): readonly [number, number] => {
  const [low, high] = listOf(value);
  return [Number(low), Number(high)];
};
