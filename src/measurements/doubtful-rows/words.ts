import { counted, grouped, percent } from "../../text.ts";
import type { DoubtfulRows } from "./results.ts";

/** A sentence without its end for each kind of rows that a person should look at; none where there are none. */
export function doubtfulSentences({ labels, duplicates }: DoubtfulRows): string[] {
  const [kind] = labels?.kinds ?? [];
  return [
    ...(labels === undefined || labels.doubtful === 0 || kind === undefined
      ? []
      : [
          `labels likely wrong in ${ofAll(labels.doubtful, labels.rows)}, most often ${kind.label} where scores say ${kind.likely} (${grouped(kind.rows)})`,
        ]),
    ...(duplicates === undefined || duplicates.repeated === 0
      ? []
      : [
          `near duplicates in the data: ${ofAll(duplicates.repeated, duplicates.rows)}, ${grouped(duplicates.betweenFiles)} of them between files, ${grouped(duplicates.contradicting)} with different labels`,
        ]),
  ];
}

const ofAll = (some: number, all: number): string =>
  `${counted(some, "row")} of ${grouped(all)} (${percent(some / all)})`;
