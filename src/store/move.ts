import { z } from "zod";
import { UserError } from "../errors.ts";
import { IN_TOTO, opened, signed } from "../evidence/dsse.ts";
import type { Signer, TrustedKey } from "../evidence/keys.ts";
import { shortKey } from "../evidence/keys.ts";
import { isAbout, statement, statementOf } from "../evidence/statement.ts";
import { canonicalJson, jsonOf } from "../json.ts";
import { sha256 } from "../model/manifest.ts";
import { isDigest } from "../registry/reference.ts";

/*
 * A pointer (production, staging, candidate …) is a list of moves, each an object of its own: the last one says where it stands, and
 * the list is its history. Each move names the one before it by its hash, so that none can be changed, taken out or put in between
 * without notice, and is signed where the site has a key.
 */

/** What the statement about a move is. */
const MOVE_TYPE = "urn:ml-pipeline:pointer:v1";

const VERSION = z.string().refine(isDigest);

const moveSchema = z.strictObject({
  schemaVersion: z.literal(1),
  pointer: z.string(),
  /** From 1, without a gap. */
  number: z.number().int().min(1),
  /** The accepted model that it stands at from then on. */
  version: VERSION,
  /** The hash of the move before; null for the first. */
  previous: VERSION.nullable(),
  /** When, in UTC, by the clock of who moved it. */
  time: z.string(),
  /** Why, in the words of who moved it. */
  reason: z.string(),
});
export type Move = Readonly<z.output<typeof moveSchema>>;

const sealedSchema = z.strictObject({ ...moveSchema.shape, seal: z.string(), envelope: z.unknown().optional() });

/** A move as it lies in the store. */
export interface WrittenMove {
  readonly pointer: string;
  readonly number: number;
  /** The name of the object. */
  readonly key: string;
  readonly text: string;
}

/** What must be signed, and by whom. */
export interface Trust {
  readonly trusted: readonly TrustedKey[];
  /** What asks for a signature; undefined where nothing does. */
  readonly asks: string | undefined;
}

/** Where pointers of that name may stand, and the names that may be typed. */
const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

/** @throws UserError for what is no name of a pointer */
export function checkPointer(name: string, flag: string): void {
  if (NAME.test(name)) return;
  throw new UserError(
    `${flag}=${name}: expected the name of a pointer in lower case, such as production, staging or candidate.`,
    "store",
  );
}

/** The content of the object that a move is. */
export function moveText(move: Move, signer?: Signer): string {
  const sealed = { ...move, seal: sealOf(move) };
  if (signer === undefined) return `${JSON.stringify(sealed, null, 2)}\n`;
  const about = { name: `pointer ${move.pointer}`, sha256: move.version };
  const envelope = signed(IN_TOTO, statement(about, MOVE_TYPE, { move }), signer);
  return `${JSON.stringify({ ...sealed, envelope }, null, 2)}\n`;
}

/** The move that comes next. */
export const nextMove = (
  last: WrittenMove | undefined,
  { pointer, version, time, reason }: Pick<Move, "pointer" | "version" | "time" | "reason">,
): Move => ({
  schemaVersion: 1,
  pointer,
  number: (last?.number ?? 0) + 1,
  version,
  previous: last === undefined ? null : sha256(last.text),
  time,
  reason,
});

/** A move that is believed. */
export interface BelievedMove {
  readonly move: Move;
  /** The key that signed it; undefined where none did, and nothing asks for it. */
  readonly signedBy: string | undefined;
  /** As it lies in the store. */
  readonly written: WrittenMove;
}

/** What the text of a move says. */
type ReadMove = Omit<BelievedMove, "written">;

/**
 * Reads moves of one pointer, in order; a first one that is not number 1 is believed without the one before it.
 *
 * @returns the moves, or what is wrong with one of them
 */
export function believedMoves(written: readonly WrittenMove[], trust: Trust): BelievedMove[] | Refusal {
  const believed: BelievedMove[] = [];
  for (const [index, one] of written.entries()) {
    const found = believedMove(one, written[index - 1], trust);
    if (typeof found === "string") return { key: one.key, problem: found };
    believed.push({ ...found, written: one });
  }
  return believed;
}

/** Why a move is not believed, as the end of a sentence about its object. */
export interface Refusal {
  readonly key: string;
  readonly problem: string;
}

function believedMove(
  { pointer, number, text }: WrittenMove,
  before: WrittenMove | undefined,
  trust: Trust,
): ReadMove | string {
  const parsed = sealedSchema.safeParse(jsonOf(text));
  if (!parsed.success) return "it is not what ml-pipeline writes, or was cut off";
  const { seal, envelope, ...move } = parsed.data;
  if (seal !== sealOf(move)) return "it was edited after it had been written";
  if (move.pointer !== pointer) return `it is a move of the pointer ${move.pointer}`;
  if (move.number !== number) return `it is move ${move.number}`;
  if (number === 1 && move.previous !== null) return "it says that there was a move before the first";
  if (before !== undefined) {
    if (before.number !== number - 1) return `move ${number - 1} is missing before it`;
    if (move.previous !== sha256(before.text)) return `move ${before.number} before it was changed since`;
  }
  return signatureOf(move, envelope, trust);
}

function signatureOf(move: Move, envelope: unknown, { trusted, asks }: Trust): ReadMove | string {
  if (envelope === undefined) {
    return asks === undefined ? { move, signedBy: undefined } : `it is not signed, and ${asks} asks for a signature`;
  }
  if (trusted.length === 0) {
    return asks === undefined
      ? { move, signedBy: undefined }
      : `${asks} asks for signatures, and nothing says whose are trusted: give --verification-key`;
  }
  const found = opened(JSON.stringify(envelope), trusted);
  if (found?.signedBy === undefined) {
    return `it has no signature of a trusted key (${trusted.map(({ id }) => shortKey(id)).join(", ")})`;
  }
  const said = found.payloadType === IN_TOTO ? statementOf(found.content) : undefined;
  const isThis =
    said?.predicateType === MOVE_TYPE &&
    isAbout(said, move.version) &&
    canonicalJson(said.predicate.move) === canonicalJson(move);
  return isThis ? { move, signedBy: found.signedBy.id } : "its signature is that of another move";
}

/** Tells an edited move, and is no signature: whoever knows how it is made can make it anew. */
const sealOf = (move: Move): string => sha256(canonicalJson(move));
