import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  aligned,
  byteText,
  counted,
  firstLetters,
  grouped,
  lastLines,
  lastLinesOfAll,
  nearest,
  oneLine,
  printable,
  short,
  timeSpan,
  withoutCommands,
} from "../../src/text.ts";

test("the last lines of a text, without blank ones at its end", () => {
  expect(lastLines("a\nb\nc\n\n", 2)).toBe("b\nc");
  expect(lastLines("a", 2)).toBe("a");
  expect(lastLines("", 2)).toBe("");
  expect(lastLinesOfAll("a\nb\nc\n\n", 2)).toBe("… 1 earlier line\nb\nc");
  expect(lastLinesOfAll("a\nb\n", 2)).toBe("a\nb");
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [3670, "3.67 kB"],
  [148_832_256, "149 MB"],
  [1_200_000_000, "1.2 GB"],
  [5e15, "5000 TB"],
])("a size for display: %i", (bytes, text) => {
  expect(byteText(bytes)).toBe(text);
});

test("words of others give a terminal no commands, turn no letters around, and make no lines of their own", () => {
  const text = "a\u001b[31mb\u202ec\r\n  d\u2028e\u0085f\tg ";
  expect(printable(text)).toBe("abc\r\n  d\u2028ef\tg ");
  expect(oneLine(text)).toBe("abc d ef g");
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (any) => !/[\n\r\u2028\u2029\p{Cc}\p{Bidi_Control}]/u.test(oneLine(any)),
    ),
  );
});

test("numbers for display", () => {
  expect(grouped(32561)).toBe("32,561");
  expect(counted(1, "row")).toBe("1 row");
  expect(counted(0, "row")).toBe("0 rows");
  expect(counted(16281, "row")).toBe("16,281 rows");
  expect([0.87345678, 0.5, 2, -0.25, 0.90004].map(short)).toEqual(["0.8735", "0.5", "2", "-0.25", "0.9"]);
});

test.each([
  [-5, "0 seconds"],
  [59_999, "59 seconds"],
  [110_880, "1 minute"],
  [3_599_999, "59 minutes"],
  [3_600_000, "1 hour"],
  [43_199_000, "11.9 hours"],
  [172_800_000, "2 days"],
])("%d ms ago are %s", (milliseconds, said) => expect(timeSpan(milliseconds)).toBe(said));

describe("did you mean", () => {
  test("gives the closest name", () => {
    expect(nearest("accurcy", ["precision", "accuracy"])).toBe("accuracy");
    expect(nearest("tests", ["test", "tests"])).toBe("tests");
    expect(nearest("tets", ["tests", "zzz"])).toBe("tests");
    expect(nearest("prod", ["staging", "production"])).toBe("production");
  });

  test("gives none if no name is close", () => {
    expect(nearest("abcdef", ["uvwxyz"])).toBeUndefined();
    expect(nearest("x", [])).toBeUndefined();
    expect(nearest("", ["long"])).toBeUndefined();
    // The beginning of several, or of what nobody can tell yet.
    expect(nearest("prod", ["production", "production-eu"])).toBeUndefined();
    expect(nearest("pr", ["production"])).toBeUndefined();
  });

  test("a name is its own closest, and one letter off is always close", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.nat(), (names, at) => {
        const name = names[at % names.length] ?? "";
        expect(nearest(name, names)).toBe(name);
        expect(nearest(`${name}x`, [name])).toBe(name);
      }),
    );
  });
});

test("rows of texts are lines whose columns stand below each other", () => {
  const rows = [["a", "number", ""], ["longer", "1", "more"], ["b"]];
  expect(aligned(rows)).toEqual(["a       number", "longer  1       more", "b"]);
  expect(aligned(rows, (column) => column === 1)).toEqual(["a       number", "longer       1  more", "b"]);
  expect(aligned([])).toEqual([]);
});

test("the first letters of a text end with a whole one", () => {
  expect(firstLetters("ab😀c", 3)).toBe("ab");
  expect(firstLetters("ab😀c", 4)).toBe("ab😀");
  expect(firstLetters("ab", 2)).toBe("ab");
});

test.each([
  ["::add-mask::x", ": :add-mask::x"],
  ["  \n::error::x", ": :error::x"],
  ["a\n::error::x", "a ::error::x"],
  ["a ##[add-mask]x ##vso[a]b", "a # #[add-mask]x # #vso[a]b"],
  ["###[x] ## y", "## #[x] ## y"],
])("%j is no command as %j", (text, shown) => {
  expect(withoutCommands(text)).toBe(shown);
});
