import { z } from "zod";
import { shortKey } from "../evidence/keys.ts";
import { jsonOf } from "../json.ts";
import { shortHash } from "../model/judged.ts";
import type { BelievedMove, MoveSignature } from "../store/move.ts";
import { aligned, oneLine } from "../text.ts";

/* Moves of pointers as a table for a person, who is to know the model again: by its hash, and by how good it is. */

export const HEADING: readonly string[] = ["move", "time", "version", "model", "metric", "signature", "reason"];

/** What of a manifest is shown. It is not verified here: who takes the model out of the store verifies it. */
const shownSchema = z.object({
  model: z.string(),
  validation: z.object({ gates: z.array(z.object({ id: z.string(), message: z.string() })) }).optional(),
});

/** What stands for a thing that is not known. */
const UNKNOWN = "–";

/**
 * The cells of a move, in the order of the heading.
 *
 * @param manifests the text of the manifest of each model, by its version
 */
export function cells(
  { move, signature }: Pick<BelievedMove, "move" | "signature">,
  manifests: Readonly<Record<string, string>>,
): string[] {
  const { number, time, version, reason } = move;
  const found = shownSchema.safeParse(jsonOf(manifests[version] ?? "")).data;
  const judged = found?.validation?.gates.find(({ id }) => id === "metrics")?.message ?? "";
  return [
    ...[String(number), time, version, found === undefined ? UNKNOWN : shortHash(found.model)],
    ...[FIRST_METRIC.exec(judged)?.[0] ?? UNKNOWN, signatureText(signature), reason],
  ];
}

/** The gate's message begins with the first of the metrics: `accuracy 0.9667 [0.95, 0.98] (at least 0.9)`. */
const FIRST_METRIC = /^[^\s:,;]+ -?\d[\d.e-]*/;

/** Whose a move is; one that nobody has checked is no unsigned one. */
function signatureText(signature: MoveSignature): string {
  switch (signature.kind) {
    case "trusted":
      return `signed by key ${shortKey(signature.key)}`;
    case "stranger":
      return `signed by ${signature.key === undefined ? "a key" : `key ${shortKey(signature.key)}`} that is not trusted here`;
    case "unchecked":
      return "signed, not checked: no --verification-key";
    case "none":
      return "not signed";
  }
}

/** Lines of a table, with a heading where it has rows; numbers of moves stand to the right. */
export function moveTable(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  // Whoever can write to the store chose reasons and times.
  const all = [heading, ...rows.map((row) => row.map(oneLine))];
  const right = heading.indexOf("move");
  return aligned(all, (column) => column === right);
}
