import type { Interval } from "../statistics/estimate.ts";
import { intervalText } from "../text.ts";

/** An interval by itself, with a minus sign that is as long as a plus: `[−0.0001, 0.0041]`; empty where there is none. */
export const bounds = (interval: Interval | undefined): string => intervalText(interval).trim().replaceAll("-", "−");
