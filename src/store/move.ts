import { z } from "zod";
import { UserError } from "../errors.ts";
import { IN_TOTO, opened, signed } from "../evidence/dsse.ts";
import type { Signer, TrustedKey } from "../evidence/keys.ts";
import { strangerText } from "../evidence/keys.ts";
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
export function checkPointer(name: string, flag: string, shown = name): void {
  if (NAME.test(name) && !BARE_HASH.test(name)) return;
  const said = `${flag}=${shown}`;
  const words = name.startsWith("store:")
    ? `the name alone is expected here, without store: in front (${name.slice("store:".length)})`
    : VERSION_LIKE.test(name) || BARE_HASH.test(name)
      ? "that is no whole version, which is sha256: and 64 hexadecimal digits in lower case, as `list-models` shows it; and no pointer is called so"
      : "expected the name of a pointer in lower case and of at most 63 characters, such as production, staging or candidate";
  throw new UserError(`${said}: ${words}.`, "store");
}

/** What somebody typed as a version, of which a part is missing, or is too much. */
const VERSION_LIKE = /^sha256\b/i;
const BARE_HASH = /^[0-9a-f]{64}$/;

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
  /** Whose it is, as far as that can be told. */
  readonly signature: MoveSignature;
  /** As it lies in the store. */
  readonly written: WrittenMove;
}

/** By a key that is trusted, by one that is not, not checked since no key is trusted here, or none. */
export type MoveSignature =
  | { readonly kind: "trusted"; readonly key: string }
  | { readonly kind: "stranger"; readonly key: string | undefined }
  | { readonly kind: "unchecked"; readonly key: string | undefined }
  | { readonly kind: "none" };

/** What the text of a move says. */
type ReadMove = Omit<BelievedMove, "written">;

/** The last moves, each of which must be signed where something asks for that. What is before them is held by their hashes. */
const VOUCHED = 2;

/**
 * Reads moves of one pointer, in order; a first one that is not number 1 is believed without the one before it.
 *
 * Who signs a move signs the hash of the one before it, and so all of them: earlier ones may be of a key that is trusted no more.
 *
 * @param whole whether these are all moves of the pointer, so that the first of them must be number 1
 * @returns the moves, or what is wrong with one of them
 */
export function believedMoves(
  written: readonly WrittenMove[],
  trust: Trust,
  { whole = false }: { readonly whole?: boolean } = {},
): BelievedMove[] | Refusal {
  const fork = forkOf(written);
  if (fork !== undefined) return fork;
  const [first] = written;
  if (whole && first !== undefined && first.number !== 1) {
    return { kind: "damaged", key: first.key, problem: `move ${first.number - 1} is missing before it` };
  }
  const believed: BelievedMove[] = [];
  for (const [index, one] of written.entries()) {
    const found = believedMove(one, written[index - 1], trust, index >= written.length - VOUCHED);
    if (typeof found === "string") return { kind: "damaged", key: one.key, problem: found };
    if ("problem" in found) return { ...found, key: one.key };
    believed.push({ ...found, written: one });
  }
  return believed;
}

/** Two moves of one number, which are of two histories. */
function forkOf(written: readonly WrittenMove[]): Refusal | undefined {
  const index = written.findIndex((one, at) => one.number === written[at - 1]?.number);
  const [one, other] = [written[index - 1], written[index]];
  if (one === undefined || other === undefined) return undefined;
  const said = [one, other].map(({ key, text }) => {
    const found = sealedSchema.safeParse(jsonOf(text)).data;
    const name = key.split("/").at(-1) ?? key;
    return found === undefined ? name : `${name} to ${found.version} at ${found.time}`;
  });
  return {
    kind: "forked",
    key: one.key.split("/").slice(0, -1).join("/"),
    problem: `there are two moves ${one.number}, ${said.join(", and ")}`,
  };
}

/** Why a move is not believed, as the end of a sentence about its object. */
export interface Refusal {
  /** What was changed, what two histories have, or what is whole and of nobody that is trusted. */
  readonly kind: "damaged" | "forked" | "untrusted";
  readonly key: string;
  readonly problem: string;
}

type Doubt = Omit<Refusal, "key">;

function believedMove(
  { pointer, number, text }: WrittenMove,
  before: WrittenMove | undefined,
  trust: Trust,
  mustBeSigned: boolean,
): ReadMove | Doubt | string {
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
  return signatureOf(move, envelope, mustBeSigned ? trust : { ...trust, asks: undefined }, mustBeSigned);
}

function signatureOf(
  move: Move,
  envelope: unknown,
  { trusted, asks }: Trust,
  mustBeTrusted: boolean,
): ReadMove | Doubt | string {
  if (envelope === undefined) {
    return asks === undefined
      ? { move, signature: { kind: "none" } }
      : { kind: "untrusted", problem: `it is not signed, and ${asks} asks for a signature` };
  }
  const found = opened(JSON.stringify(envelope), trusted);
  if (trusted.length === 0) {
    return asks === undefined
      ? { move, signature: { kind: "unchecked", key: found?.claimed } }
      : { kind: "untrusted", problem: `${asks} asks for signatures, and nothing says whose are trusted` };
  }
  if (found?.signedBy === undefined) {
    if (!mustBeTrusted) return { move, signature: { kind: "stranger", key: found?.claimed } };
    // What names a trusted key, and has no signature of that, was changed; another key is another matter.
    const kind = trusted.some(({ id }) => id === found?.claimed) ? "damaged" : "untrusted";
    return { kind, problem: `it ${strangerText(found?.claimed, trusted)}` };
  }
  const said = found.payloadType === IN_TOTO ? statementOf(found.content) : undefined;
  const isThis =
    said?.predicateType === MOVE_TYPE &&
    isAbout(said, move.version) &&
    canonicalJson(said.predicate.move) === canonicalJson(move);
  return isThis
    ? { move, signature: { kind: "trusted", key: found.signedBy.id } }
    : "its signature is that of another move";
}

/** Tells an edited move, and is no signature: whoever knows how it is made can make it anew. */
const sealOf = (move: Move): string => sha256(canonicalJson(move));
