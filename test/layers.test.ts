import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LAYERS } from "./layers.ts";
import { circles, climbing, type Import, importsIn } from "./support/imports.ts";

describe.each(Object.entries(LAYERS))("%s/", (program, layers) => {
  const imports = importsIn(join(import.meta.dirname, "..", program));

  test("has no import that climbs", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(climbing(imports, layers)).toEqual([]);
  });

  test("has no circle", () => expect(circles(imports)).toEqual([]));
});

const list = (text: string): Import[] =>
  text.split(", ").map((pair) => {
    const [from = "", to = ""] = pair.replace("type ", "").split(" > ");
    return { from, to, typeOnly: pair.startsWith("type ") };
  });

test.each([
  ["top/a.ts > low/b.ts", true],
  ["top/a.ts > top/b.ts", true],
  ["top/a.ts > ../node_modules/sdk/index.js", true],
  ["low/b.ts > top/a.ts", false],
  ["type low/b.ts > top/a.ts", false],
  ["left/a.ts > right/b.ts", false],
  ["top/a.ts > unlisted/b.ts", false],
  ["unlisted/a.ts > low/b.ts", false],
  ["top/a.ts > ../other/b.ts", false],
])("%s goes down: %s", (text, goesDown) => {
  expect(climbing(list(text), [["top"], ["left", "right"], ["low"]]).length === 0).toBe(goesDown);
});

test.each<[string, string[]]>([
  ["x/a.ts > x/b.ts, x/b.ts > x/c.ts", []],
  ["x/a.ts > x/b.ts, type x/b.ts > x/a.ts", []],
  ["x/a.ts > x/b.ts, x/b.ts > x/c.ts, x/c.ts > x/a.ts", ["x/a.ts > x/b.ts > x/c.ts > x/a.ts"]],
  ["x/a.ts > y/b.ts, y/c.ts > x/d.ts", ["x > y > x"]],
  ["x/a.ts > y/b.ts, type y/c.ts > x/d.ts", ["x > y > x"]],
  ["x/deep/a.ts > x/b.ts, x/c.ts > x/deep/d.ts", []],
  ["x/deep/a.ts > x/b.ts, x/b.ts > x/deep/d.ts", ["x/deep > x/b.ts > x/deep"]],
])("%s: circles %j", (text, expected) => expect(circles(list(text))).toEqual(expected));
