import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pathInRoot } from "../../../local/sandbox/path-in-root.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "path-in-root-"));
  mkdirSync(join(root, "usr/lib"), { recursive: true });
  writeFileSync(join(root, "file"), "");
  symlinkSync("usr/lib", join(root, "lib"));
  symlinkSync("/usr", join(root, "absolute"));
  symlinkSync("../../../../etc", join(root, "escape"));
  symlinkSync("loop", join(root, "loop"));
});

afterAll(() => rmSync(root, { recursive: true }));

describe("a path in a root", () => {
  test.each([
    ["/", ""],
    ["/lib/x", "/usr/lib/x"],
    ["lib/./x/", "/usr/lib/x"],
    ["/absolute/lib/x", "/usr/lib/x"],
    ["/lib/../x", "/usr/x"],
    ["/escape/passwd", "/etc/passwd"],
    ["/../../etc/passwd", "/etc/passwd"],
    ["/not/there", "/not/there"],
    ["/file/below", "/file/below"],
  ])("%s leads to %s", (path, expected) => {
    expect(pathInRoot(root, path)).toBe(root + expected);
  });

  test("a link at the end is kept when it is not to be followed", () => {
    expect(pathInRoot(root, "/lib", { followLast: false })).toBe(join(root, "lib"));
    expect(pathInRoot(root, "/absolute/lib", { followLast: false })).toBe(join(root, "usr/lib"));
  });

  test("links that form a circle are an error", () => {
    expect(() => pathInRoot(root, "/loop")).toThrow("/loop: too many symbolic links");
  });
});
