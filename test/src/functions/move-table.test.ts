import { expect, test } from "vitest";
import { cells, HEADING, moveTable } from "../../../src/functions/move-table.ts";
import { manifestText } from "../../../src/model/manifest.ts";
import type { Move, MoveSignature } from "../../../src/store/move.ts";
import { judgedManifest } from "../evidence/image-facts.ts";

const version = `sha256:${"a".repeat(64)}`;
const move: Move = {
  ...{ schemaVersion: 1, pointer: "production", number: 7, version, previous: null },
  ...{ time: "2026-11-30T12:00:00Z", reason: "why" },
};
const key = "0123456789abcdef".repeat(4);

test.each<[MoveSignature, string]>([
  [{ kind: "trusted", key }, "signed by key 0123456789abcdef"],
  [{ kind: "stranger", key }, "signed by key 0123456789abcdef that is not trusted here"],
  [{ kind: "stranger", key: undefined }, "signed by a key that is not trusted here"],
  [{ kind: "unchecked", key }, "signed, not checked: no --verification-key"],
  [{ kind: "none" }, "not signed"],
])("a move is shown with its model, how good that is, and whose it is: %j", (signature, words) => {
  const known = { [version]: manifestText(judgedManifest) };
  expect(cells({ move, signature }, known)).toEqual([
    ...["7", "2026-11-30T12:00:00Z", version, "sha256:444444444444", "accuracy 0.9", words, "why"],
  ]);
});

test.each([undefined, "not JSON", "{}", "[]"])("what is not known of a model is not made up: %j", (text) => {
  const manifests: Readonly<Record<string, string>> = text === undefined ? {} : { [version]: text };
  expect(cells({ move, signature: { kind: "none" } }, manifests).slice(3, 5)).toEqual(["–", "–"]);
});

test("a table has a heading, and its columns stand below each other", () => {
  const row = ["12", "t", "v", "m", "a metric", "s", ""];
  expect(moveTable(HEADING, [row])).toEqual([
    "move  time  version  model  metric    signature  reason",
    "  12  t     v        m      a metric  s",
  ]);
  expect(moveTable(HEADING, [])).toEqual([]);
});

test("words of who moved it are no rows of their own, and no commands of a terminal", () => {
  const [, row, ...more] = moveTable(HEADING, [
    ["1", "t\u001b[2K", "v", "m", "a", "not signed", "x\n2  signed by key\u202e y"],
  ]);
  expect(row).toBe("   1  t     v        m      a       not signed  x 2 signed by key y");
  expect(more).toEqual([]);
});
