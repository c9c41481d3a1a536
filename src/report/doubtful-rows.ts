import type { DoubtfulRows } from "../measurements/doubtful-rows/results.ts";
import { grouped, short, someOf } from "../text.ts";

/* The examples of doubtful rows as tables. */

export const LABELS_HEAD = ["Row", "Label", "Its score", "Likely", "Its score"];
export const DUPLICATES_HEAD = ["Near duplicates", "Rows", "Labels"];

export const labelRows = ({ labels }: DoubtfulRows): string[][] =>
  (labels?.examples ?? []).map(({ row, label, score, likely, likelyScore }) => [
    ...[row, label, short(score), likely, short(likelyScore)],
  ]);

export const duplicateRows = ({ duplicates }: DoubtfulRows): string[][] =>
  (duplicates?.examples ?? []).map(({ places, rows, labels }) => [
    ...[someOf(places, rows), grouped(rows), labels.join(", ")],
  ]);
