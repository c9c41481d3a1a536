import { UserError } from "../errors.ts";
import { type BelievedMove, type Move, nextMove } from "./move.ts";

/* One step of a pointer among several who move it: where another one was first, it comes after that one. */

/** A move that somebody wants. */
export interface MoveRequest {
  readonly pointer: string;
  readonly version: string;
  readonly reason: string;
  /** The version that the pointer must stand at before. */
  readonly expected?: string | undefined;
  /**
   * Why the pointer is not to be moved by now; undefined while it is. Asked before each attempt, once it is known where the pointer
   * stands, and again after the move was written: who changes the answer later moves the pointer later, unless it stood there already.
   */
  readonly stays?: (() => Promise<string | undefined>) | undefined;
  readonly dryRun: boolean;
}

/** A pointer in a store. */
export interface Movable {
  readonly head: () => Promise<BelievedMove | undefined>;
  /** @returns whether it was written; there is one by that number otherwise */
  readonly write: (move: Move) => Promise<boolean>;
}

/** What became of a move. */
export interface Step {
  /** Where the pointer stood before; undefined for its first move. */
  readonly from: string | undefined;
  /** The number of the move; undefined where there was none to make. */
  readonly number: number | undefined;
  /** Why it was not to be moved any more. */
  readonly stays?: string;
  /** What became of a move that was not to be made any more when it had been written. */
  readonly after?: Afterwards;
}

/**
 * It was taken back by another move, others have moved the pointer since, there is nothing before it to go back to, it could not be taken
 * back, or nobody said whether it was to be.
 */
export type Afterwards =
  | { readonly kind: "back"; readonly number: number }
  | { readonly kind: "elsewhere"; readonly at: string | undefined }
  | { readonly kind: "first" }
  | { readonly kind: "stuck" | "unasked"; readonly problem: string };

/** No step was made: the pointer does not stand where it was expected, or others were first each time. */
export interface Refused {
  readonly refused: "elsewhere" | "others";
  readonly from: string | undefined;
}

/** How many others may be first, each time. */
export const ATTEMPTS = 100;

/** How often a move is taken back, and made again, while what runs changes: two who follow it must not do so for ever. */
const TURNS = 10;

/** @returns what became of it */
export async function stepped(movable: Movable, request: MoveRequest): Promise<Step | Refused> {
  const { version, expected, stays, dryRun } = request;
  let from: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const last = await movable.head();
    from = last?.move.version;
    if (expected !== undefined && expected !== from) return { refused: "elsewhere", from };
    if (from === version) return { from, number: undefined };
    const why = dryRun ? undefined : await stays?.();
    if (why !== undefined) return { from, number: undefined, stays: why };
    const move = moveTo(version, last, request);
    if (dryRun) return { from, number: move.number };
    if (await movable.write(move)) return kept(movable, request, { from, number: move.number });
  }
  return { refused: "others", from };
}

const moveTo = (
  version: string,
  last: BelievedMove | undefined,
  { pointer, reason }: Pick<MoveRequest, "pointer" | "reason">,
): Move => nextMove(last?.written, { pointer, version, time: new Date().toISOString().replace(/\.\d+/, ""), reason });

/** A move that was written. */
type Made = Pick<Step, "from"> & { readonly number: number };

/**
 * Asks again whether a move was to be made. Who changed the answer while it was written may have found the pointer where it is to stand,
 * and does not move it any more.
 */
async function kept(movable: Movable, request: MoveRequest, made: Made): Promise<Step> {
  let why: string | undefined;
  try {
    why = await request.stays?.();
    return why === undefined ? made : await takenBack(movable, request, made, why);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    // The move was made: an error would say that the pointer stands where it stood.
    const problem = error.message;
    if (why === undefined) return { ...made, after: { kind: "unasked", problem } };
    return { ...made, stays: why, after: { kind: "stuck", problem } };
  }
}

/** Moves the pointer to where it stood before, unless others have moved it since, and here again where it is to stand here once more. */
async function takenBack(movable: Movable, request: MoveRequest, made: Made, why: string): Promise<Step> {
  let [own, stays] = [{ version: request.version, number: made.number }, why];
  for (let turn = 0; turn < TURNS; turn++) {
    const last = await movable.head();
    const at = last?.move.version;
    const now = await request.stays?.();
    if (now !== undefined) stays = now;
    const wanted = now === undefined ? request.version : made.from;
    const isOwn = at === own.version;
    if (last !== undefined && at === wanted && now === undefined) return { ...made, number: last.move.number };
    if (at === wanted && isOwn) return { ...made, stays, after: { kind: "back", number: own.number } };
    if (now !== undefined && !isOwn) return { ...made, stays, after: { kind: "elsewhere", at } };
    if (wanted === undefined) return { ...made, stays, after: { kind: "first" } };
    const reason = now === undefined ? request.reason : `move ${made.number} was taken back: ${now}`;
    const move = moveTo(wanted, last, { ...request, reason });
    if (await movable.write(move)) own = { version: wanted, number: move.number };
  }
  return { ...made, stays, after: { kind: "stuck", problem: `what runs, or the pointer, changed ${TURNS} times` } };
}
