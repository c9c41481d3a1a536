import { describe, expect, test } from "vitest";
import { believedMoves, type Move, moveText, type WrittenMove } from "../../../src/store/move.ts";
import { type Movable, type MoveRequest, stepped } from "../../../src/store/moving.ts";

/** A pointer whose store heeds conditions, and what happens before each move is written. */
function pointer(
  ...before: (() => unknown)[]
): Movable & { readonly at: () => string | undefined; readonly moves: Move[] } {
  const written: WrittenMove[] = [];
  const moves: Move[] = [];
  const head: Movable["head"] = async () => {
    const believed = believedMoves(written, { trusted: [], asks: undefined });
    return Array.isArray(believed) ? believed.at(-1) : undefined;
  };
  const write: Movable["write"] = async (move) => {
    await before.shift()?.();
    if (move.number !== written.length + 1) return false;
    moves.push(move);
    written.push({ pointer: move.pointer, number: move.number, key: "", text: moveText(move) });
    return true;
  };
  return { head, write, moves, at: () => moves.at(-1)?.version };
}

const version = (letter: string): string => `sha256:${letter.repeat(64)}`;
const [A, B, C] = [version("a"), version("b"), version("c")] as const;

const to = (one: string, more: Partial<MoveRequest> = {}): MoveRequest => ({
  ...{ pointer: "production", version: one, reason: "why", dryRun: false, ...more },
});

describe("a pointer that follows what an environment runs", () => {
  test("stands at what runs in the end, whoever is late", async () => {
    let running = A;
    const follows = (one: string): MoveRequest =>
      to(one, { stays: async () => (running === one ? undefined : "another runs by now") });
    const at = pointer(async () => {
      // The first has asked what runs, and is held up: another deploy comes, from its beginning to its end.
      running = B;
      expect(await stepped(at, follows(B))).toEqual({ from: undefined, number: 1 });
    });
    expect(await stepped(at, follows(A))).toEqual({ from: B, number: undefined, stays: "another runs by now" });
    expect(at.at()).toBe(B);
  });

  test("is moved by the later one, where the earlier one has the next number first", async () => {
    let running = A;
    const follows = (one: string): MoveRequest =>
      to(one, { stays: async () => (running === one ? undefined : "another runs by now") });
    const at = pointer(() => undefined);
    await stepped(at, follows(A));
    running = B;
    expect(await stepped(at, follows(B))).toEqual({ from: A, number: 2 });
    expect(at.at()).toBe(B);
  });

  test("is not moved where nobody knows what runs", async () => {
    const at = pointer();
    const stays = (): Promise<never> => Promise.reject(new Error("no answer"));
    await expect(stepped(at, to(A, { stays }))).rejects.toThrow("no answer");
    expect(at.moves).toEqual([]);
  });

  test("is not asked about where it stands there already, or nothing is to be changed", async () => {
    const at = pointer();
    await stepped(at, to(A));
    const stays = (): Promise<never> => Promise.reject(new Error("asked"));
    expect(await stepped(at, to(A, { stays }))).toEqual({ from: A, number: undefined });
    expect(await stepped(at, to(B, { stays, dryRun: true }))).toEqual({ from: A, number: 2 });
    expect(at.at()).toBe(A);
  });
});

test("a move that was expected from elsewhere is refused, also where another one was first", async () => {
  const at = pointer(
    () => undefined,
    () => stepped(at, to(C)),
  );
  await stepped(at, to(A));
  expect(await stepped(at, to(B, { expected: A }))).toEqual({ refused: "elsewhere", from: C });
  expect(at.at()).toBe(C);
});

test("who is never first is told", async () => {
  const busy: Movable = { head: async () => undefined, write: async () => false };
  expect(await stepped(busy, to(A))).toEqual({ refused: "others", from: undefined });
});
