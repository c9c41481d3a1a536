import { describe, expect, test } from "vitest";
import { Tail } from "../../../local/base/tail.ts";

describe("Tail", () => {
  test.each([
    [[1_048_576]],
    [[1_048_577]],
    [[3_000_000]],
    [[10, 3_000_000, 10]],
    [[1_048_570, 10, 1_048_576, 1]],
    [Array.from({ length: 40 }, () => 100_000)],
  ])("keeps the last megabyte of chunks of %j bytes and says how much is missing", (sizes) => {
    const all = Buffer.from(Array.from({ length: 40 * 100_000 }, (_, index) => 97 + (index % 23)));
    const tail = new Tail();
    let total = 0;
    for (const size of sizes) {
      tail.add(all.subarray(total, total + size));
      total += size;
    }
    const missing = total - 1024 * 1024;
    const kept = all.toString("utf8", Math.max(0, missing), total);
    expect(tail.text() === (missing > 0 ? `[the first ${missing} bytes are left out]\n${kept}` : kept)).toBe(true);
  });

  test("keeps short text as it is", () => {
    const tail = new Tail();
    tail.add(Buffer.from("one "));
    tail.add(Buffer.from("two"));
    expect(tail.text()).toBe("one two");
  });
});
