import { limitText } from "../../checks/limit.ts";
import { boundsOf, type Threshold } from "../../config/forms.ts";
import type { Direction } from "../../config/stricter.ts";
import { canonicalJson } from "../../json.ts";

interface Comparison {
  /** Whether the value is looser than the floor. Both have passed the schema of their setting. */
  isLooser(floor: unknown, value: unknown): boolean;
  /** What the floor asks for, as the end of "which asks for …". */
  words(floor: unknown): string;
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
  narrower: {
    isLooser: (floor, value) => {
      const [[low, high], [ownLow, ownHigh]] = [rangeOf(floor), rangeOf(value)];
      return !(ownLow >= low && ownHigh <= high);
    },
    words: (floor) => `within ${list(floor)}`,
  },
  tighter: {
    isLooser: (floor, value) => {
      const [{ min = -Infinity, max = Infinity }, own] = [boundsOf(floor as Threshold), boundsOf(value as Threshold)];
      return !((own.min ?? -Infinity) >= min && (own.max ?? Infinity) <= max);
    },
    words: (floor) => limitText(boundsOf(floor as Threshold)),
  },
  same: {
    isLooser: (floor, value) => canonicalJson(floor) !== canonicalJson(value),
    words: (floor) => shownValue(floor),
  },
};

export const isLooser = (direction: Direction, floor: unknown, value: unknown): boolean =>
  COMPARISONS[direction].isLooser(floor, value);

export const floorWords = (direction: Direction, floor: unknown): string => COMPARISONS[direction].words(floor);

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
