/** Something about a project that a person should know before anything is installed. */
export interface Remark {
  /**
   * `missing` keeps the pipeline from a verdict, and what `fails` decides it; what is `skipped` or `ignored` does not, and a `guess` may.
   */
  readonly kind: "missing" | "fails" | "guess" | "skipped" | "ignored" | "found";
  readonly text: string;
}

export const missing = (text: string): Remark => ({ kind: "missing", text });
export const fails = (text: string): Remark => ({ kind: "fails", text });
export const guess = (text: string): Remark => ({ kind: "guess", text });
export const skipped = (text: string): Remark => ({ kind: "skipped", text });
export const ignored = (text: string): Remark => ({ kind: "ignored", text });
export const found = (text: string): Remark => ({ kind: "found", text });

const MARKS = { missing: "✗", fails: "✗", guess: "?", skipped: "–", ignored: "·", found: "✓" } as const;

/** Whether a run cannot pass for it. */
export const isProblem = ({ kind }: Remark): boolean => kind === "missing" || kind === "fails";

/** Remarks as a text, those that keep the pipeline from a verdict first. */
export const remarksText = (remarks: readonly Remark[]): string =>
  (Object.keys(MARKS) as Remark["kind"][])
    .flatMap((kind) => remarks.filter((one) => one.kind === kind))
    .map(({ kind, text }) => `${MARKS[kind]} ${kind === "found" ? "" : `${kind}: `}${text}`)
    .join("\n");
