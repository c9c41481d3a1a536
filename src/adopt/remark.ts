/** Something about a project that a person should know before anything is installed. */
export interface Remark {
  /** `missing` keeps the pipeline from a verdict; what is `skipped` or `ignored` does not. */
  readonly kind: "missing" | "skipped" | "ignored" | "found";
  readonly text: string;
}

export const missing = (text: string): Remark => ({ kind: "missing", text });
export const skipped = (text: string): Remark => ({ kind: "skipped", text });
export const ignored = (text: string): Remark => ({ kind: "ignored", text });
export const found = (text: string): Remark => ({ kind: "found", text });

const MARKS = { missing: "✗", skipped: "–", ignored: "·", found: "✓" } as const;

/** Remarks as a text, those that keep the pipeline from a verdict first. */
export const remarksText = (remarks: readonly Remark[]): string =>
  (["missing", "skipped", "ignored", "found"] as const)
    .flatMap((kind) => remarks.filter((one) => one.kind === kind))
    .map(({ kind, text }) => `${MARKS[kind]} ${kind === "found" ? "" : `${kind}: `}${text}`)
    .join("\n");
