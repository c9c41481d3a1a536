import fc from "fast-check";
import { expect, test } from "vitest";
import { escapeHtml, html, safe } from "../../../src/report/page/html.ts";

test("what is inserted is text, unless it is markup", () => {
  const row = html`<td title="${'"x"'}">${"<b>"}</td>`;
  expect(row.text).toBe('<td title="&quot;x&quot;">&lt;b&gt;</td>');
  expect(html`<tr>${[row, safe("<hr>")]}${undefined}${false}${3}</tr>`.text).toBe(`<tr>${row.text}<hr>3</tr>`);
});

test("lone surrogates and control characters, which no document may hold, are replaced", () => {
  expect(escapeHtml("a\u0000b\u001b[31mc\ud800d😀e\tf\n")).toBe("a\uFFFDb\uFFFD[31mc\uFFFDd😀e\tf\n");
});

test("no text ends an attribute or begins an element", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(html`${text}`.text).not.toMatch(/[<>"']/);
      expect(html`${text}`.text).not.toMatch(/&(?!(amp|lt|gt|quot|#39);)/);
    }),
  );
});
