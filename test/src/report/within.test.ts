import fc from "fast-check";
import { expect, test } from "vitest";
import { withinBytes } from "../../../src/report/summary/within.ts";

const NOTE = "… cut; the whole story is in report.json.\n";

test("what fits stays as it is", () => {
  expect(withinBytes("ü\n", 3)).toBe("ü\n");
});

test("it is cut at the end of a line, and blocks and folded parts are closed before the note", () => {
  const code = `a\n\n\`\`\`\`text\n${"0123456789\n".repeat(50)}\`\`\`\`\n`;
  const cut = withinBytes(code, 400);
  expect(cut).toMatch(/^a\n\n````text\n(0123456789\n)+````\n\n/);
  expect(cut.endsWith(`\n\n${NOTE}`)).toBe(true);
  const folded = withinBytes(`<details><summary>R</summary>\n\n${"| a | b |\n".repeat(100)}\n</details>\n`, 500);
  expect(folded).toMatch(/\| a \| b \|\n\n<\/details>\n\n… cut/);
});

test("whatever it is, it fits, and ends with the note where it was cut", () => {
  const line = fc.constantFrom(
    "```text",
    "```",
    "`````text",
    "`````",
    "<details><summary>x</summary>",
    "</details>",
    "€".repeat(40),
    "text",
    "😀|",
    "",
  );
  const markdown = fc.array(line, { minLength: 1, maxLength: 80 }).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(markdown, fc.integer({ min: 150, max: 2_000 }), (text, most) => {
      const cut = withinBytes(text, most);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
      expect(cut).not.toContain("\uFFFD");
      if (cut !== text) expect(cut.endsWith(NOTE)).toBe(true);
    }),
  );
});
