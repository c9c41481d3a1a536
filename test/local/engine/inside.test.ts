import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inside } from "../../../local/engine/inside.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "inside-"));
  await mkdir(join(root, "usr/lib"), { recursive: true });
  await symlink("usr/lib", join(root, "lib"));
  await symlink("/usr", join(root, "absolute"));
  await symlink("../../../../etc", join(root, "escape"));
  await symlink("loop", join(root, "loop"));
});

afterAll(() => rm(root, { recursive: true }));

describe("inside", () => {
  test.each([
    ["/lib/x", "usr/lib/x"],
    ["/absolute/lib/x", "usr/lib/x"],
    ["/escape/passwd", "etc/passwd"],
    ["/../../etc/passwd", "etc/passwd"],
    ["/not/there", "not/there"],
  ])("%s is %s below the root", async (path, expected) => {
    expect(await inside(root, path)).toBe(join(root, expected));
  });

  test("a link at the end is named itself when asked for", async () => {
    expect(await inside(root, "/lib", false)).toBe(join(root, "lib"));
  });

  test("links in a circle are an error", async () => {
    await expect(inside(root, "/loop")).rejects.toThrow(/too many symbolic links/);
  });
});
