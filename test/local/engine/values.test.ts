import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../local/base/duration.ts";
import { canonical, keyOf } from "../../../local/base/hash.ts";
import { lookUp, writable } from "../../../local/engine/values/tree.ts";
import { treeOf } from "../../../local/store/tree.ts";

describe("keys", () => {
  test("do not depend on the order of names, and tell kinds apart", () => {
    expect(canonical({ b: 1, a: [undefined, null] })).toBe('{"a":[null,null],"b":1}');
    expect(keyOf("x", { a: 1, b: 2 })).toBe(keyOf("x", { b: 2, a: 1 }));
    expect(keyOf("x", { a: 1 })).not.toBe(keyOf("y", { a: 1 }));
    expect(keyOf("x", { a: undefined })).toBe(keyOf("x", {}));
  });
});

describe("durations", () => {
  test.each(["30s", "1m30s", "500ms", "1h0m5s"])("%s comes back", (text) => {
    expect(formatDuration(parseDuration(text))).toBe(text);
  });

  test("anything else is an error that shows the form", () => {
    expect(() => parseDuration("30")).toThrow(/30s/);
  });
});

describe("trees", () => {
  const tree = treeOf([
    { path: "usr/lib/a", type: "file", sha256: "0", size: 1, mode: 0o644 },
    { path: "lib", type: "symlink", target: "/usr/lib" },
    { path: "out", type: "symlink", target: "../../x" },
  ]);

  test("links are followed within the tree", () => {
    expect(lookUp(tree, "lib/a")?.path).toBe("usr/lib/a");
    expect(lookUp(tree, "lib", false)?.type).toBe("symlink");
    expect(lookUp(tree, "out")).toBeUndefined();
    expect(lookUp(tree, "lib/a/b")).toBeUndefined();
  });

  test("what is written below a link goes where it points", () => {
    expect(writable(tree, "lib/new")).toBe("usr/lib/new");
    expect(writable(tree, "fresh/new")).toBe("fresh/new");
  });
});
