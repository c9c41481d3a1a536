import { EngineError } from "./errors.ts";

const nanoseconds: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/**
 * Reads a duration as Go writes it (`1m30s`, `500ms`), in nanoseconds.
 * | @throws EngineError for anything else
 */
export function parseDuration(text: string): number {
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) {
    throw new EngineError(`${JSON.stringify(text)} is not a duration: write it as 30s, 1m30s or 500ms`);
  }
  let sum = 0;
  for (const [, value, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    sum += Number(value) * (nanoseconds[unit] ?? 0);
  }
  return Math.round(sum);
}

/** Formats nanoseconds as Go does: `1m30s`, `500ms`. Zero is empty text. */
export function formatDuration(value: number): string {
  if (value === 0) return "";
  if (value < 1e9) return value < 1e6 ? `${value / 1e3}µs` : `${value / 1e6}ms`;
  const hours = Math.floor(value / 3600e9);
  const minutes = Math.floor((value % 3600e9) / 60e9);
  const seconds = `${(value % 60e9) / 1e9}s`;
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}`;
}
