import type { Interval } from "../statistics/estimate.ts";
import { intervalText, short } from "../text.ts";

/** A difference: `+0.0024`, `−0.01`. */
export const signed = (value: number): string => `${value < 0 ? "−" : "+"}${short(Math.abs(value))}`;

/** An interval by itself, with a minus sign that is as long as a plus: `[−0.0001, 0.0041]`; empty where there is none. */
export const bounds = (interval: Interval | undefined): string => intervalText(interval).trim().replaceAll("-", "−");

/** Milliseconds with as many digits as matter. */
export const milliseconds = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(1)} ms`;
