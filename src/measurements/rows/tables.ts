import { z } from "zod";
import { parseRows } from "../../tables/duckdb.ts";
import type { LabelNumbers, LabelPair } from "./labels.ts";
import { PAIRING_TABLES } from "./sql.ts";

const part = z.enum(["all", "labelled", "complete"]);
const how = z.string();
const pairing = z.object({ set_no: z.number(), part, how });

const setSchema = z.object({ set_no: z.number(), part, rows: z.number() });
const pairingSchema = pairing.extend({ rows: z.number(), different: z.number() });
const insideSchema = z.object({ how, set_no: z.number(), rows: z.number() });
const pairSchema = pairing.extend({
  data: z.string().nullable(),
  evaluated: z.string().nullable(),
  rows: z.number(),
});
const number = z.number().nullable();
const numbersSchema = pairing.extend({
  ...{ compared: z.number(), equal: z.number(), correlation: number },
  ...{ dataMean: number, dataDeviation: number, evaluatedMean: number, evaluatedDeviation: number },
});
const sequenceSchema = z.object({ set_no: z.number(), part, letters: z.string().nullable() });
const sampleSchema = pairing.extend({ at: z.number(), prediction: z.string().nullable(), score: z.string().nullish() });
const instanceSchema = z.looseObject({ ml_pipeline_at: z.number() });

/** A set of tables, or a part of it, that the predictions may be of. */
export type WantedSet = z.output<typeof setSchema>;
/** One way in which rows were paired. */
export type Pairing = z.output<typeof pairingSchema>;
export type DrawnRow = z.output<typeof sampleSchema>;

/** Everything that the script wrote. */
export interface PairingTables {
  readonly sets: readonly WantedSet[];
  readonly pairings: readonly Pairing[];
  /** Of the rows that an id has found, how many are in each set. */
  readonly inside: readonly z.output<typeof insideSchema>[];
  readonly pairs: readonly (LabelPair & PairingKey)[];
  readonly numbers: readonly (LabelNumbers & PairingKey)[];
  readonly sequences: readonly z.output<typeof sequenceSchema>[];
  readonly sample: readonly DrawnRow[];
  readonly instances: readonly z.output<typeof instanceSchema>[];
}

type PairingKey = z.output<typeof pairing>;

/** Whether two records are about the same pairing. */
export const isSamePairing = (a: PairingKey, b: PairingKey): boolean =>
  a.set_no === b.set_no && a.part === b.part && a.how === b.how;

/** @param text reads a table that the script wrote, by its name */
export async function readPairings(text: (name: string) => Promise<string>): Promise<PairingTables> {
  const read = async <Row>(name: string, row: z.ZodType<Row>): Promise<Row[]> => {
    const content = await text(name);
    return content.trim() === "" ? [] : parseRows(content, row, name);
  };
  const [sets, pairings, inside, pairs, numbers, sequences, sample, instances] = await Promise.all([
    read(PAIRING_TABLES.sets, setSchema),
    read(PAIRING_TABLES.pairings, pairingSchema),
    read(PAIRING_TABLES.inside, insideSchema),
    read(PAIRING_TABLES.pairs, pairSchema),
    read(PAIRING_TABLES.numbers, numbersSchema),
    read(PAIRING_TABLES.sequences, sequenceSchema),
    read(PAIRING_TABLES.sample, sampleSchema),
    read(PAIRING_TABLES.instances, instanceSchema),
  ]);
  return { sets, pairings, inside, pairs, numbers, sequences, sample, instances };
}
