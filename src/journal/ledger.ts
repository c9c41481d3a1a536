import { z } from "zod";
import { jsonOf } from "../json.ts";

/*
 * The ledger of a budget: a list of reservations a month, each an object by its number, and beside it what the run cost in the end. A number is
 * written on the condition that there is none, so that who has one has seen all before it.
 */

const reservationSchema = z.object({
  schemaVersion: z.literal(1),
  /** Of the run. */
  id: z.string(),
  began: z.iso.datetime(),
  currency: z.string(),
  /** Absent where nobody knows. */
  planned: z.number().min(0).optional(),
});
export type Reservation = z.output<typeof reservationSchema>;

const endSchema = z.object({ schemaVersion: z.literal(1), id: z.string(), actual: z.number().min(0) });
export type End = z.output<typeof endSchema>;

/** What is in the ledger of a month. */
export interface Ledger {
  readonly reservations: readonly Reservation[];
  /** What runs cost in the end, by their names. */
  readonly ends: ReadonlyMap<string, number>;
  /** The number of the next reservation. */
  readonly next: number;
  /** Objects that are neither. */
  readonly damaged: readonly string[];
}

/** The list of a month, `2026-11`. */
export const ledgerOf = (month: string): string => `ledger/${month}/`;

export const reservationKey = (month: string, number: number): string =>
  `${ledgerOf(month)}${String(number).padStart(8, "0")}.json`;

export const endKey = (reservation: string): string => reservation.replace(/\.json$/, "-end.json");

/** Reads the objects of a month. */
export function ledgerIn(texts: readonly { readonly key: string; readonly text: string | null }[]): Ledger {
  const reservations: Reservation[] = [];
  const ends = new Map<string, number>();
  const damaged: string[] = [];
  let last = 0;
  for (const { key, text } of texts) {
    const [, number, end] = /\/(\d{8})(-end)?\.json$/.exec(key) ?? [];
    last = Math.max(last, Number(number ?? 0));
    const value = jsonOf(text ?? "");
    const ended = end === undefined ? undefined : endSchema.safeParse(value).data;
    const reserved = number === undefined || end !== undefined ? undefined : reservationSchema.safeParse(value).data;
    if (ended !== undefined) ends.set(ended.id, ended.actual);
    else if (reserved !== undefined) reservations.push(reserved);
    else damaged.push(key);
  }
  return { reservations, ends, next: last + 1, damaged };
}
