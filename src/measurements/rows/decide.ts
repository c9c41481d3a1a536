import { counted, grouped } from "../../text.ts";
import type { LabelComparison, RowPart } from "./evaluated-rows.ts";
import { compareClasses, compareNumbers, type LabelEvidence } from "./labels.ts";
import type { RowSet } from "./row-sets.ts";
import { isThinned } from "./subsequence.ts";
import { isSamePairing, type Pairing, type PairingTables, type WantedSet } from "./tables.ts";

/** The predictions and the data that they may be of. */
export interface PairingFacts {
  readonly predictions: number;
  readonly sets: readonly RowSet[];
  /** Whether the project names its evaluation data. */
  readonly named: boolean;
  readonly hasId: boolean;
  readonly labelColumn: string;
  readonly regression: boolean;
}

/** Which rows the predictions are of. */
export interface PairedRows {
  readonly table: string;
  readonly rows: number;
  readonly part: RowPart;
  readonly by: "order" | "id" | "place";
  readonly dropped: number;
  readonly labels?: LabelComparison;
  /** How the rows were paired; absent when rows were left out without an id. */
  readonly pairing?: Pairing;
}

/**
 * An evaluation of more than this share of a table is one of the table from which rows were left out. One of fewer rows is a
 * split, whose rows the project chooses by itself.
 */
const SPLIT = 0.5;

/** Finds the pairing that fits best, or says why there is none. */
export function pairedRows(facts: PairingFacts, tables: PairingTables): PairedRows | { readonly unheld: string } {
  const tried = tables.pairings
    .filter(({ rows, different }) => rows === facts.predictions && different === facts.predictions)
    .map((pairing) => ({ pairing, evidence: evidenceOf(facts, tables, pairing) }))
    .sort((a, b) => preference(a.pairing) - preference(b.pairing));
  const isEqual = ({ evidence }: Tried): boolean => evidence.aligned && evidence.comparison.differing === 0;
  const found = tried.find(isEqual) ?? tried.filter(isWhole).find(({ evidence }) => evidence.aligned);
  if (found !== undefined) return heldBy(facts, tables, found);
  const thinned = thinnedSet(facts, tables);
  if (thinned !== undefined) return thinned;
  return (
    refusedByCount(facts, tables) ??
    changedLabels(facts, tables, tried) ?? { unheld: reasonAgainst(facts, tables, tried) }
  );
}

interface Tried {
  readonly pairing: Pairing;
  readonly evidence: LabelEvidence;
}

/** Some labels that differ refute that the first or last rows were evaluated. For all rows, or by ids, they are a finding. */
const isWhole = ({ pairing: { how } }: Tried): boolean =>
  how === "whole" || how.startsWith("id-") || how.startsWith("place-");

/** Ids say more than places, the whole of a table more than a part of it, and a part more than its first or last rows. */
function preference({ how, part }: Pairing): number {
  const ways = ["id-", "whole", "place-0", "place-1", "last", "first"];
  return 10 * ways.findIndex((way) => how.startsWith(way)) + ["all", "labelled", "complete"].indexOf(part);
}

function evidenceOf({ regression }: PairingFacts, { pairs, numbers }: PairingTables, pairing: Pairing): LabelEvidence {
  if (!regression) {
    const ofPairing = pairs.filter((pair) => isSamePairing(pair, pairing));
    const counted = ofPairing.reduce((total, { rows }) => total + rows, 0);
    return counted === pairing.rows ? compareClasses(ofPairing) : NOTHING;
  }
  const found = numbers.find((one) => isSamePairing(one, pairing));
  return found === undefined || found.compared < pairing.rows ? NOTHING : compareNumbers(found);
}

const NOTHING: LabelEvidence = { aligned: false };

function heldBy(facts: PairingFacts, tables: PairingTables, { pairing, evidence }: Tried): PairedRows {
  const { predictions } = facts;
  const labels = evidence.aligned ? { labels: { column: facts.labelColumn, ...evidence.comparison } } : {};
  const by = pairing.how.startsWith("id-") ? "id" : pairing.how.startsWith("place-") ? "place" : "order";
  const of = by === "id" ? setOfIds(facts, tables, pairing) : tables.sets.find((set) => isSameSet(set, pairing));
  const table = facts.sets[of?.set_no ?? -1]?.name ?? "the data";
  const rows = of?.rows ?? predictions;
  const left = rows - predictions;
  const chosen = facts.named || predictions > SPLIT * rows;
  return {
    ...{ table, rows, by, pairing, ...labels },
    part: partOf(pairing, left),
    dropped: by !== "order" && chosen ? left : 0,
  };
}

const isSameSet = (set: WantedSet, { set_no, part }: Pairing): boolean => set.set_no === set_no && set.part === part;

/** The smallest set in which an id has found all rows. */
function setOfIds(
  facts: PairingFacts,
  { sets, inside, ...tables }: PairingTables,
  { how }: Pairing,
): WantedSet | undefined {
  const holding = inside.filter((one) => one.how === how && one.rows === facts.predictions);
  const known = sets.filter(({ set_no }) => holding.some((one) => one.set_no === set_no));
  return nearestSet(facts, { ...tables, inside, sets: known });
}

/** The set with the fewest rows that has all that were evaluated. */
const nearestSet = ({ predictions }: PairingFacts, { sets }: PairingTables): WantedSet | undefined =>
  sets.filter(({ rows }) => rows >= predictions).sort((a, b) => a.rows - b.rows)[0];

function partOf({ how, part }: Pairing, left: number): RowPart {
  if (how === "first" || how === "last") return how;
  return how === "whole" ? part : left === 0 ? "all" : "some";
}

/** A table in whose order the predictions are, with rows left out. */
function thinnedSet(facts: PairingFacts, { sets, sequences }: PairingTables): PairedRows | undefined {
  const ours = sequences.find(({ set_no }) => set_no === -1)?.letters ?? "";
  if (ours.length !== facts.predictions) return undefined;
  const found = sets.find((set) => {
    const whole = sequences.find(({ set_no, part }) => set_no === set.set_no && part === set.part)?.letters;
    return whole !== undefined && whole !== null && isThinned(ours, whole);
  });
  if (found === undefined) return undefined;
  return {
    ...{ table: facts.sets[found.set_no]?.name ?? "the data", rows: found.rows },
    ...{ part: found.part, by: "order", dropped: found.rows - facts.predictions },
  };
}

/** Predictions for more or fewer rows than the evaluation data have, where the project says which those are. */
function refusedByCount({ named, predictions, sets }: PairingFacts, tables: PairingTables): PairedRows | undefined {
  const [set] = tables.sets.filter(({ part }) => part === "all");
  if (!named || set === undefined || set.rows <= predictions) return undefined;
  const { set_no, rows } = set;
  return { table: sets[set_no]?.name ?? "the data", rows, part: "all", by: "order", dropped: rows - predictions };
}

/**
 * All rows were evaluated, in whatever order, and still some labels are more frequent than in the data. Of several sets with
 * as many rows the predictions may be of any, so that nothing is shown.
 */
function changedLabels(facts: PairingFacts, { sets }: PairingTables, tried: readonly Tried[]): PairedRows | undefined {
  const [only, ...others] = tried.filter(({ pairing: { how } }) => how === "whole");
  if (only === undefined || others.length > 0 || only.evidence.aligned || !only.evidence.changed) return undefined;
  const set = sets.find((one) => isSameSet(one, only.pairing));
  const rows = facts.predictions;
  return {
    ...{ table: facts.sets[set?.set_no ?? -1]?.name ?? "the data", rows, part: "all", by: "order", dropped: 0 },
    labels: { column: facts.labelColumn, compared: rows, differing: only.evidence.changed, examples: [] },
  };
}

function reasonAgainst(facts: PairingFacts, tables: PairingTables, tried: readonly Tried[]): string {
  const { predictions, sets, hasId, labelColumn } = facts;
  const ids = hasId ? "their ids are not found in the data" : "they have no column id";
  const whole = tried.find(({ pairing }) => pairing.how === "whole");
  if (whole === undefined) {
    const nearest = nearestSet(facts, tables);
    const there =
      nearest === undefined
        ? "no table of the data has as many rows"
        : `${sets[nearest.set_no]?.name} has ${grouped(nearest.rows)}`;
    return `${counted(predictions, "prediction")} cannot be told to be of certain rows of the data: ${ids}, and ${there}`;
  }
  const table = sets[whole.pairing.set_no]?.name ?? "the data";
  const { evidence } = whole;
  const why =
    !evidence.aligned && evidence.changed === 0
      ? "the labels are in another order"
      : `the labels are not in the order of the column ${labelColumn}, or are made from it in a way that is not seen`;
  return `the predictions are as many as ${table} has rows, but ${ids}, and ${why}`;
}
