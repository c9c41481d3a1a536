import type { Interval } from "../statistics/estimate.ts";
import { intervalText } from "../text.ts";

/** An interval with typographic minus signs: `[−0.0001, 0.0041]`; empty when there is none. */
export const bounds = (interval: Interval | undefined): string => intervalText(interval).trim().replaceAll("-", "−");
