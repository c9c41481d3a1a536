import type { StageReport } from "../stages/stage.ts";

/** `1.3 s`, `2 min 5 s`, `1 h 2 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  return hours > 0 ? `${hours} h ${minutes} min` : `${minutes} min ${whole % 60} s`;
}

/** The time of a stage, or why it has none. */
export const took = (stage: Pick<StageReport, "status" | "cached" | "seconds">): string =>
  stage.status === "skipped" ? "skipped" : stage.cached ? "cached" : duration(stage.seconds);
