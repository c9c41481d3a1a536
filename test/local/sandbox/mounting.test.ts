import { describe, expect, it } from "vitest";
import { flagsOf, hostMounts, mountTable } from "../../../local/sandbox/mounting.ts";

describe("mount tables", () => {
  it("hold any name", () => {
    const call = { type: "none", options: "bind,ro", source: "/a b/\t#\n\\ü$(x)", target: "/plain,x" };
    expect(mountTable([call])).toBe("/a\\040b/\\011\\043\\012\\134\\303\\274\\044\\050x\\051 /plain,x none bind,ro\n");
  });
});

describe("flags of the host's mounts", () => {
  const mounts = hostMounts(
    [
      "1 0 8:1 / / rw,relatime - ext4 /dev/a rw",
      "2 1 8:2 / /home rw,nosuid,nodev,noatime - ext4 /dev/b rw",
      "3 1 8:3 / /with\\040space\\303\\274 rw,noexec - ext4 /dev/c rw",
      "4 2 8:4 / /home/open rw - ext4 /dev/d rw",
    ].join("\n"),
  );

  it.each([
    ["/home/ada/cache", ["nosuid", "nodev"]],
    ["/homes", []],
    ["/home/open/x", []],
    ["/with spaceü/x", ["noexec"]],
  ])("%s: %j", (path, flags) => {
    expect(flagsOf(mounts, path)).toEqual(flags);
  });
});
