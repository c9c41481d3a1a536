import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/errors.ts";
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

describe("a move is asked about again when it was written", () => {
  /** Answers one after the other, and the last one again and again. */
  const answering =
    (...answers: (string | undefined | Error)[]) =>
    async (): Promise<string | undefined> => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) throw answer;
      return answer;
    };
  const standing = async (at: string, ...before: (() => unknown)[]): Promise<ReturnType<typeof pointer>> => {
    const movable = pointer(() => undefined, ...before);
    await stepped(movable, to(at));
    return movable;
  };

  test.each([
    ["a deploy that is late, beside a way back", A, B],
    ["a way back that is late, beside a deploy", B, A],
  ])("%s, which finds the pointer where it is to stand", async (_what, at, late) => {
    let running = late;
    const follows = (one: string): MoveRequest =>
      to(one, { stays: async () => (running === one ? undefined : "another runs by now") });
    let other: unknown;
    const movable = await standing(at, async () => {
      running = at;
      other = await stepped(movable, follows(at));
    });
    expect(await stepped(movable, follows(late))).toEqual({
      ...{ from: at, number: 2, stays: "another runs by now", after: { kind: "back", number: 3 } },
    });
    expect(other).toEqual({ from: at, number: undefined });
    expect(movable.moves.at(-1)).toMatchObject({
      ...{ version: at, reason: "move 2 was taken back: another runs by now" },
    });
  });

  test("others that have moved the pointer since are left alone, and said", async () => {
    const movable = await standing(A);
    const answer = answering(undefined, "another runs by now");
    const stays = async (): Promise<string | undefined> => {
      if (movable.at() === B) await stepped(movable, to(C));
      return answer();
    };
    expect(await stepped(movable, to(B, { stays }))).toMatchObject({ number: 2, after: { kind: "elsewhere", at: C } });
    expect(movable.at()).toBe(C);
  });

  test("what runs once more is where it stands", async () => {
    const movable = await standing(A);
    const stays = answering(undefined, "another runs by now", "another runs by now", undefined);
    expect(await stepped(movable, to(B, { stays }))).toEqual({ from: A, number: 4 });
    expect(movable.at()).toBe(B);
  });

  test("a first move has nothing to go back to, and says so", async () => {
    const movable = pointer();
    const stays = answering(undefined, "another runs by now");
    expect(await stepped(movable, to(A, { stays }))).toEqual({
      ...{ from: undefined, number: 1, stays: "another runs by now", after: { kind: "first" } },
    });
  });

  test.each([
    ["asked", "unasked", [undefined, new UserError("no answer")]],
    ["taken back", "stuck", [undefined, "another runs by now", new UserError("no answer")]],
  ])("what cannot be %s is no failure of a move that was made", async (_what, kind, answers) => {
    const movable = await standing(A);
    expect(await stepped(movable, to(B, { stays: answering(...answers) }))).toMatchObject({
      ...{ from: A, number: 2, after: { kind, problem: "no answer" } },
    });
  });

  test("what runs that never stops to change ends it", async () => {
    const movable = await standing(A);
    const stays = async (): Promise<string | undefined> => (movable.at() === B ? "another runs by now" : undefined);
    expect(await stepped(movable, to(B, { stays }))).toMatchObject({
      after: { kind: "stuck", problem: "what runs, or the pointer, changed 10 times" },
    });
  });
});

test("the pointer stands at what runs in the end, in whichever order two take their steps", async () => {
  const version = fc.constantFrom(A, B, C);
  const deploys = fc.array(version, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(version, deploys, deploys, fc.scheduler(), async (before, ones, others, scheduler) => {
      let running = before;
      const movable = pointer();
      await stepped(movable, to(before));
      const inTurn = async <T>(step: () => T | Promise<T>): Promise<T> => {
        await scheduler.schedule(Promise.resolve());
        return step();
      };
      const slow: Movable = {
        head: () => inTurn(movable.head),
        write: (move) => inTurn(() => movable.write(move)),
      };
      const follow = async (versions: readonly string[]): Promise<void> => {
        for (const one of versions) {
          await inTurn(() => {
            running = one;
          });
          const stays = () => inTurn(() => (running === one ? undefined : "another runs by now"));
          await stepped(slow, to(one, { stays }));
        }
      };
      await scheduler.waitFor(Promise.all([follow(ones), follow(others)]));
      expect(movable.at()).toBe(running);
    }),
    { numRuns: 300 },
  );
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
