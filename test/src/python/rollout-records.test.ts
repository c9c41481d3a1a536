import { expect, test } from "vitest";
import { type Call, called } from "./python-functions.ts";

/* What is noted of a deploy, and when what is answered is the same. */

test("annotations change as little as can be", async () => {
  const changes = (before: object, after: object): Call => ["rollout_records", "annotation_changes", [before, after]];
  expect(
    await called(
      changes({ a: "1" }, { a: "1" }),
      changes({ "ml-pipeline/x": "1" }, { "ml-pipeline/x": null, "b~": "2" }),
      changes({}, { a: "1", b: null }),
    ),
  ).toEqual([
    [],
    [
      { op: "add", path: "/metadata/annotations/b~0", value: "2" },
      { op: "remove", path: "/metadata/annotations/ml-pipeline~1x" },
    ],
    [
      { op: "add", path: "/metadata/annotations", value: {} },
      { op: "add", path: "/metadata/annotations/a", value: "1" },
    ],
  ]);
});

test("answers agree when labels are equal, and numbers within a share", async () => {
  const rows: readonly (readonly [recorded: unknown, found: unknown, agree: boolean])[] = [
    [["yes"], ["yes"], true],
    [["yes"], ["no"], false],
    [[1], ["1"], false],
    [[1], [true], false],
    [[100], [100.9], true],
    [[100], [101.1], false],
    [[-100], [-99.5], true],
    [[0], [0], true],
    [[0], [0.001], false],
    [[{ label: "yes", score: 0.91 }], [{ label: "yes", score: 0.1 }], true],
    [[{ label: "yes" }], [{ label: "no" }], false],
    [[{ a: 1, b: [2] }], [{ b: [2], a: 1 }], true],
    [[{ a: 1 }], [{ a: 1, b: 2 }], false],
    [[[0.1, 0.9]], [[0.1, 0.9, 0]], false],
    [[null], [null], true],
  ];
  const found = await called(...rows.map(([one, other]): Call => ["same_answer", "same", [one, other, 0.01]]));
  expect(found).toEqual(rows.map(([, , agree]) => agree));
});

test("a token says when it expires, if it is one that can", async () => {
  const jwt = (claims: string): string =>
    ["{}", claims, "x"].map((part) => Buffer.from(part).toString("base64url")).join(".");
  const late = [jwt('{"exp": 1e400}'), jwt('{"exp": 99999999999999}'), jwt('{"exp": NaN}')];
  const tokens = [jwt('{"exp": 1700000000}'), ...late, jwt("{}"), jwt("[1]"), jwt("no JSON"), "a.b", "opaque", "a.!.c"];
  expect(await called(...tokens.map((token): Call => ["rollout_records", "expiry_of", [token]]))).toEqual([
    1_700_000_000,
    ...Array(9).fill(null),
  ]);
});
