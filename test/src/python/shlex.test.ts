import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitWords } from "../../../src/config/command-words.ts";

test("splits as Python's shlex does, wherever it splits at all", () => {
  const lines = fc.sample(
    fc.array(fc.constantFrom("a", "bc", " ", "  ", "'", '"', "\\", "\t", "{x}", "=", "-", "é", "#", "|"), {
      maxLength: 12,
    }),
    300,
  );
  const split = lines.map((parts) => parts.join("")).filter((line) => "words" in splitWords(line));
  const program = "import json,shlex,sys\nprint(json.dumps([shlex.split(one) for one in json.load(sys.stdin)]))";
  const expected: unknown = JSON.parse(
    execFileSync("python3", ["-c", program], { input: JSON.stringify(split), encoding: "utf8" }),
  );
  expect(
    split.map((line) => {
      const found = splitWords(line);
      return "words" in found ? found.words : [];
    }),
  ).toEqual(expected);
});
