import { expect, test } from "vitest";
import { parseSize } from "../../../../local/cli/commands/cache-flags.ts";

test.each([
  ["10GB", 10e9],
  ["1.5 MB", 1.5e6],
  ["0", 0],
  ["7k", 7000],
])("--keep=%s is %d bytes", (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(["", "GB", "-1GB", "10 apples"])("--keep=%j is refused", (text) => {
  expect(() => parseSize(text)).toThrow("expected a size, such as 10GB");
});
