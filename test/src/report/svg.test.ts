import { describe, expect, test } from "vitest";
import { pictures } from "../../../src/report/plots/draw.ts";
import { pageSvg } from "../../../src/report/plots/svg.ts";
import { COLOURS } from "../../../src/report/plots/theme.ts";

const svg = (inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="9" height="8" viewBox="0 0 9 8">${inside}</svg>`;

describe("a drawing on the page", () => {
  test("has the page's colours, short numbers and unique IDs", () => {
    const drawn = pageSvg(
      svg(
        `<defs><clipPath id="clip0"><rect x="0" width="4" height="3"/></clipPath></defs><g clip-path="url(#clip0)" role="graphics-object"><text fill="${COLOURS.ink}" font-size="14px" font-family="sans-serif" transform="translate(1.23456,2)">1.23456</text></g>`,
      ),
      "fairness-0",
    );
    expect(drawn).toBe(
      '<svg viewBox="0 0 9 8"><defs><clipPath id="fairness-0-clip0"><rect x="0" width="4" height="3"/></clipPath></defs><g clip-path="url(#fairness-0-clip0)"><text fill="var(--ink)" font-size="12.6px" transform="translate(1.23,2)">1.23456</text></g></svg>',
    );
  });

  test("loses what shows nothing", () => {
    const nothing =
      '<g class="a"><path class="background" aria-hidden="true" d="M0,0h9"/><g></g></g><path d="" display="none"/>';
    expect(pageSvg(svg(`${nothing}<g><line x2="3" stroke="#010205"/></g>`), "a")).toBe(
      '<svg viewBox="0 0 9 8"><g><line x2="3" stroke="var(--line)"/></g></svg>',
    );
  });

  test.each([
    "<script>alert(1)</script>",
    '<a href="x"><text>y</text></a>',
    '<g onclick="x()"><text>y</text></g>',
    '<image href="http://example.com/x.png"/>',
    '<text style="x">y</text>',
    "<text unquoted=x>y</text>",
    "<foreignObject></foreignObject>",
    "<!-- x -->",
    "<text>unfinished",
  ])("is none when it has %s", (inside) => {
    const drawn = pageSvg(svg(inside), "a");
    if (inside === "<text>unfinished") return expect(drawn).toBe('<svg viewBox="0 0 9 8"><text>unfinished</svg>');
    expect(drawn).toBeUndefined();
  });

  test.each(["", "x", "<html></html>", '<svg viewBox="0 0 1 1">'])("is none when it is %j", (text) => {
    expect(pageSvg(text, "a")).toBeUndefined();
  });
});

test("pictures that were not drawn are reported", () => {
  const drawings = ["a", "b", "toString"].map((id) => ({ id, spec: {} }));
  const drawn = pictures(drawings, JSON.stringify({ a: svg("<g><text>1</text></g>"), b: "<script>" }));
  expect([...drawn.pictures.keys()]).toEqual(["a"]);
  expect(drawn.problem).toBe("2 of 3 pictures cannot be drawn");
  expect(pictures([], "{}")).toEqual({ pictures: new Map() });
});
