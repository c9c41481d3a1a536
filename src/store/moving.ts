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
   * Why the pointer is not to be moved by now; undefined while it is. Asked again before each attempt, once it is known where the
   * pointer stands: who changes the answer later moves the pointer later.
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
}

/** How many others may be first, each time. */
export const ATTEMPTS = 100;

/** @returns what became of it; `elsewhere` where the pointer does not stand where it was expected, and `others` where others were first each time */
export async function stepped(
  { head, write }: Movable,
  { pointer, version, reason, expected, stays, dryRun }: MoveRequest,
): Promise<Step | { readonly refused: "elsewhere" | "others"; readonly from: string | undefined }> {
  let from: string | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const last = await head();
    from = last?.move.version;
    if (expected !== undefined && expected !== from) return { refused: "elsewhere", from };
    if (from === version) return { from, number: undefined };
    const why = dryRun ? undefined : await stays?.();
    if (why !== undefined) return { from, number: undefined, stays: why };
    const time = new Date().toISOString().replace(/\.\d+/, "");
    const move = nextMove(last?.written, { pointer, version, time, reason });
    if (dryRun || (await write(move))) return { from, number: move.number };
  }
  return { refused: "others", from };
}
