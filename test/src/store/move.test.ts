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
function history(
  versions: readonly string[],
  by: Signer | null | readonly Signer[] = signer,
  pointer = "production",
): WrittenMove[] {
  const moves: WrittenMove[] = [];
  for (const one of versions) {
    const move = nextMove(moves.at(-1), { pointer, version: one, time: "2026-11-29T12:00:00Z", reason: "why" });
    const key = `pointers/${pointer}/${String(move.number).padStart(8, "0")}.json`;
    moves.push({ pointer, number: move.number, key, text: moveText(move, signerFor(by, moves.length)) });
  }
  return moves;
}

const signerFor = (by: Signer | null | readonly Signer[], index: number): Signer | undefined =>
  (by === null || "id" in by ? by : by[index]) ?? undefined;

const changed = (moves: readonly WrittenMove[], index: number, change: Partial<WrittenMove>): WrittenMove[] =>
  moves.map((one, at) => (at === index ? { ...one, ...change } : one));

const moves = history([version("a"), version("b"), version("a")]);

describe("a pointer", () => {
  test("is a list of moves, each of which names the one before", () => {
    const believed = believedMoves(moves, asking);
    expect(believed).toMatchObject([
      { move: { number: 1, previous: null, version: version("a") }, signature: { kind: "trusted", key: signer.id } },
      { move: { number: 2, previous: sha256(moves[0]?.text ?? "") }, signature: { kind: "trusted", key: signer.id } },
      { move: { number: 3, version: version("a"), reason: "why" }, signature: { kind: "trusted", key: signer.id } },
    ]);
  });

  test("is believed from any of its moves on", () => {
    expect(believedMoves(moves.slice(1), asking)).toHaveLength(2);
    expect(believedMoves([], asking)).toEqual([]);
  });

  test("needs no signature where nothing asks for one", () => {
    const plain = history([version("a"), version("b")], null);
    const none = { signature: { kind: "none" } };
    expect(believedMoves(plain, anyone)).toMatchObject([none, none]);
    expect(believedMoves(plain, { trusted, asks: undefined })).toHaveLength(2);
  });

  test("that is signed is not called unsigned where nobody says whom to trust", () => {
    const unchecked = { signature: { kind: "unchecked", key: signer.id } };
    expect(believedMoves(moves, anyone)).toMatchObject([unchecked, unchecked, unchecked]);
  });

  test("goes on after its key was replaced: what a trusted key signed holds all before it by their hashes", () => {
    const old = signerOf(ecdsa().secret);
    const all = history([version("a"), version("b"), version("c"), version("d")], [old, old, signer, signer]);
    expect(believedMoves(all, asking)).toMatchObject([
      ...[1, 2].map(() => ({ signature: { kind: "stranger", key: old.id } })),
      ...[3, 4].map(() => ({ signature: { kind: "trusted", key: signer.id } })),
    ]);
    const [first] = history([version("d")], old);
    expect(believedMoves(changed(all, 0, first ?? {}), asking)).toMatchObject({
      problem: "move 1 before it was changed since",
    });
  });

  test("that is whole begins with move 1", () => {
    expect(believedMoves(moves, asking, { whole: true })).toHaveLength(3);
    expect(believedMoves(moves.slice(1), asking, { whole: true })).toMatchObject({
      ...{ kind: "damaged", key: "pointers/production/00000002.json", problem: "move 1 is missing before it" },
    });
  });

  test.each([
    ["at their beginning", history([version("c")], null)],
    ["after some moves of both", [...moves.slice(0, 1), ...history([version("a"), version("c")], null).slice(1)]],
  ])("of two histories is refused, and both are named: %s", (_where, other) => {
    const named = other.map((one) => ({ ...one, key: one.key.replace(".json", "-0123456789abcdef.json") }));
    const both = [...moves, ...named.filter(({ text }) => !moves.some((one) => one.text === text))];
    const found = believedMoves(
      both.toSorted((a, b) => a.number - b.number),
      anyone,
    );
    expect(found).toMatchObject({ kind: "forked", key: "pointers/production" });
    expect("problem" in found ? found.problem : "").toMatch(
      /there are two moves \d, 0000000\d\.json to sha256:[ab]+ at .*, and 0000000\d-0123456789abcdef\.json to sha256:c+ at /,
    );
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
      /no signature of a trusted key: signed by key \w{16}; trusted here: \w{16}$/,
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

  test.each(["", "Production", "a/b", "..", ".hidden", "a b", "x".repeat(64)])("may not be called %j", (name) => {
    expect(() => checkPointer(name, "--pointer")).toThrow(/--pointer=.*expected the name of a pointer/);
  });

  test.each([
    ["sha256:abc", /--to=sha256:abc: that is no whole version/],
    ["SHA256:abc", /that is no whole version/],
    ["a".repeat(64), /that is no whole version, which is sha256: and 64 hexadecimal digits/],
    [
      "store:production",
      /--to=store:production: the name alone is expected here, without store: in front \(production\)/,
    ],
  ])("is not confused with a version, or where it is: %s", (name, words) => {
    expect(() => checkPointer(name, "--to")).toThrow(words);
  });
});
