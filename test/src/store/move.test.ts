import { describe, expect, test } from "vitest";
import { type Signer, signerOf, trustedKeys } from "../../../src/evidence/keys.ts";
import { sha256 } from "../../../src/model/manifest.ts";
import {
  believedMoves,
  checkPointer,
  type Move,
  moveText,
  nextMove,
  type Trust,
  type WrittenMove,
} from "../../../src/store/move.ts";
import { ecdsa, ed25519 } from "../evidence/pairs.ts";

const pair = ed25519();
const signer = signerOf(pair.secret);
const trusted = trustedKeys(pair.open);
const anyone: Trust = { trusted: [], asks: undefined };
const asking: Trust = { trusted, asks: "--verification-key" };
const version = (letter: string): string => `sha256:${letter.repeat(64)}`;

/** Moves of a pointer to these versions, one after the other; signed by nobody with null. */
function history(versions: readonly string[], by: Signer | null = signer, pointer = "production"): WrittenMove[] {
  const moves: WrittenMove[] = [];
  for (const one of versions) {
    const move = nextMove(moves.at(-1), { pointer, version: one, time: "2026-11-29T12:00:00Z", reason: "why" });
    const key = `pointers/${pointer}/${String(move.number).padStart(8, "0")}.json`;
    moves.push({ pointer, number: move.number, key, text: moveText(move, by ?? undefined) });
  }
  return moves;
}

const changed = (moves: readonly WrittenMove[], index: number, change: Partial<WrittenMove>): WrittenMove[] =>
  moves.map((one, at) => (at === index ? { ...one, ...change } : one));

const moves = history([version("a"), version("b"), version("a")]);

describe("a pointer", () => {
  test("is a list of moves, each of which names the one before", () => {
    const believed = believedMoves(moves, asking);
    expect(believed).toMatchObject([
      { move: { number: 1, previous: null, version: version("a") }, signedBy: signer.id },
      { move: { number: 2, previous: sha256(moves[0]?.text ?? "") }, signedBy: signer.id },
      { move: { number: 3, version: version("a"), reason: "why" }, signedBy: signer.id },
    ]);
  });

  test("is believed from any of its moves on", () => {
    expect(believedMoves(moves.slice(1), asking)).toHaveLength(2);
    expect(believedMoves([], asking)).toEqual([]);
  });

  test("needs no signature where nothing asks for one", () => {
    const plain = history([version("a"), version("b")], null);
    expect(believedMoves(plain, anyone)).toMatchObject([{ signedBy: undefined }, { signedBy: undefined }]);
    expect(believedMoves(plain, { trusted, asks: undefined })).toHaveLength(2);
    expect(believedMoves(moves, anyone)).toHaveLength(3);
  });

  const [, second] = moves;
  const text = second?.text ?? "";
  const forged = { ...JSON.parse(text), version: version("c") } as Record<string, unknown>;
  const { seal: _seal, envelope, ...rest } = forged;
  const resealed = moveText(rest as unknown as Move);

  test.each<[string, WrittenMove[], RegExp]>([
    [
      "a byte was changed",
      changed(moves, 1, { text: text.replace("why", "wHy") }),
      /was edited after it had been written/,
    ],
    ["it was cut off", changed(moves, 1, { text: text.slice(0, -20) }), /was cut off/],
    ["it is not JSON of a move", changed(moves, 1, { text: "{}" }), /not what ml-pipeline writes/],
    [
      "it has more than a move has",
      changed(moves, 1, { text: text.replace("{", '{"x": 1,') }),
      /not what ml-pipeline writes/,
    ],
    [
      "it is another pointer's",
      changed(history([version("a"), version("b")], signer, "staging"), 1, {}).map((one) => ({
        ...one,
        pointer: "production",
      })),
      /is a move of the pointer staging/,
    ],
    ["an earlier one was put there again", changed(moves, 2, { text: moves[0]?.text ?? "" }), /it is move 1/],
    ["one was taken out", [moves[0], moves[2]].flatMap((one) => one ?? []), /move 2 is missing before it/],
    [
      "the one before it was exchanged",
      changed(moves, 0, { text: history([version("c")])[0]?.text ?? "" }),
      /move 1 before it was changed since/,
    ],
    [
      "it was made anew without the key",
      changed(moves, 1, { text: resealed }),
      /not signed, and --verification-key asks/,
    ],
    [
      "it was made anew around the old signature",
      changed(moves, 1, { text: JSON.stringify({ ...JSON.parse(resealed), envelope }) }),
      /its signature is that of another move/,
    ],
    [
      "another key signed it",
      changed(moves, 1, { text: moveText(rest as unknown as Move, signerOf(ecdsa().secret)) }),
      /no signature of a trusted key/,
    ],
  ])("is not believed where %s", (_what, written, words) => {
    const found = believedMoves(written, asking);
    expect(found).toMatchObject({ key: expect.stringContaining("pointers/") });
    expect("problem" in found ? found.problem : "").toMatch(words);
  });

  test("no byte of a move can be changed unnoticed", () => {
    const [first] = history([version("a")], null);
    const whole = first?.text ?? "";
    const unnoticed = [...whole].flatMap((letter, index) => {
      const other = letter === "0" ? "1" : "0";
      const text = whole.slice(0, index) + other + whole.slice(index + 1);
      const found = believedMoves([{ pointer: "production", number: 1, key: "k", text }], anyone);
      // White space counts for nothing, as in a manifest.
      return "problem" in found || /\s/.test(letter) ? [] : [index];
    });
    expect(unnoticed).toEqual([]);
  });

  test.each(["production", "v1.2", "a", "team_a-candidate"])("may be called %s", (name) => {
    expect(() => checkPointer(name, "--pointer")).not.toThrow();
  });

  test.each(["", "Production", "a/b", "..", ".hidden", "sha256:abc", "a b", "x".repeat(64)])(
    "may not be called %j",
    (name) => {
      expect(() => checkPointer(name, "--pointer")).toThrow(/--pointer=.*expected the name of a pointer/);
    },
  );
});
