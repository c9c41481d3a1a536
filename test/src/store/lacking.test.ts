import { expect, test } from "vitest";
import { lackingLines } from "../../../src/store/lacking.ts";
import { believedMoves, moveText, nextMove } from "../../../src/store/move.ts";

const version = (letter: string): string => `sha256:${letter.repeat(64)}`;

function at(pointer: string, to: string): ReturnType<typeof believedMoves> {
  const move = nextMove(undefined, { pointer, version: to, time: "2026-11-29T12:00:00Z", reason: "" });
  return believedMoves([{ pointer, number: 1, key: "", text: moveText(move) }], { trusted: [], asks: undefined });
}

test("a pointer whose version never arrived is told, with what to do", () => {
  const pointers = new Map(
    (["production", "candidate"] as const).map((name, index) => {
      const moves = at(name, version("ab"[index] ?? ""));
      return [name, Array.isArray(moves) ? moves : []];
    }),
  );
  expect(lackingLines(pointers, [version("a"), version("b")])).toEqual([]);
  expect(lackingLines(pointers, [version("b")])).toEqual([
    expect.stringMatching(
      /^warning: production stands at sha256:a{64}, which is not in the model store: .*store the model/,
    ),
  ]);
  expect(lackingLines(pointers, [])).toHaveLength(2);
});
