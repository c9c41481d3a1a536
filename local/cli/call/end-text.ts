import type { Progress } from "../options.ts";

/** What is known of a call that ended well. */
interface Ended {
  /** What ran for it. */
  readonly summary: string;
  /** What the module warned of. */
  readonly warnings: readonly string[];
}

/** The last lines of a call that ended well. They end with what the module warned of, also where nothing else is to be shown. */
export function endText(progress: Progress, call: string, { summary, warnings }: Ended): string {
  const mark = warnings.length === 0 ? "✓" : "⚠";
  const end = progress === "quiet" ? [] : [`${mark} ${call} (${summary})`];
  return [...end, ...warnings].map((line) => `${line}\n`).join("");
}
