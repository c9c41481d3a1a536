import { ExistsType } from "dagger-sdk";
import { fails, type Row } from "../row.ts";

/** Files put into containers and taken out of them. */
export const containerFiles: readonly Row[] = [
  {
    name: "a file of an image is read",
    run: async (_dag, { base }) => (await base.file("/etc/os-release").contents()).includes("debian"),
    expect: true,
  },
  {
    name: "a path through a link of the image is followed",
    run: async (_dag, { base }) => await base.withNewFile("/usr/lib/x", "1").file("/lib/x").contents(),
    expect: "1",
  },
  {
    name: "a new file below a link lands where the link points",
    run: (_dag, { base }) => base.withNewFile("/lib/y", "1").withExec(["cat", "/usr/lib/y"]).stdout(),
    expect: "1",
  },
  {
    name: "a directory laid over the root keeps the root's links",
    run: (dag, { base }) =>
      base
        .withDirectory("/", dag.directory().withNewFile("lib/z", "1").withNewFile("etc/z", "2"))
        .withExec(["cat", "/usr/lib/z", "/etc/z"])
        .stdout(),
    expect: "12",
  },
  {
    name: "withDirectory merges and filters",
    run: (dag, { base }) =>
      base
        .withNewFile("/d/a", "1")
        .withDirectory("/d", dag.directory().withNewFile("b", "").withNewFile("c", ""), { exclude: ["c"] })
        .directory("/d")
        .entries(),
    expect: ["a", "b"],
  },
  {
    name: "withDirectory gives files to an owner",
    run: (dag, { base }) =>
      base
        .withDirectory("/d", dag.directory().withNewFile("x/a", ""), { owner: "nobody:nogroup" })
        .withExec(["stat", "-c", "%U:%G", "/d/x", "/d/x/a"])
        .stdout(),
    needsUsers: true,
    expect: "nobody:nogroup\nnobody:nogroup\n",
  },
  {
    name: "withFile sets permissions and owner",
    run: (dag, { base }) =>
      base
        .withFile("/f", dag.file("x", "1"), { permissions: 0o640, owner: "nobody" })
        .withExec(["stat", "-c", "%a %U", "/f"])
        .stdout(),
    needsUsers: true,
    expect: "640 nobody\n",
  },
  {
    name: "withFiles copies into a directory",
    run: (dag, { base }) =>
      base
        .withFiles("/fs", [dag.file("a", "1"), dag.file("b", "2")])
        .directory("/fs")
        .entries(),
    expect: ["a", "b"],
  },
  {
    name: "relative paths start at the working directory",
    run: (_dag, { base }) => base.withWorkdir("/w").withNewFile("a", "1").file("/w/a").contents(),
    expect: "1",
  },
  {
    name: "a symbolic link is made",
    run: (_dag, { base }) => base.withSymlink("/etc/os-release", "/l").withExec(["readlink", "/l"]).stdout(),
    expect: "/etc/os-release\n",
  },
  {
    name: "files and directories are removed",
    run: (_dag, { base }) =>
      base
        .withNewFile("/d/a", "")
        .withNewFile("/d/b", "")
        .withNewFile("/d/c/x", "")
        .withNewFile("/d/e", "")
        .withoutFile("/d/a")
        .withoutFiles(["/d/b"])
        .withoutDirectory("/d/c")
        .directory("/d")
        .entries(),
    expect: ["e"],
  },
  {
    name: "exists and stat tell what is at a path",
    run: async (_dag, { base }) => [
      await base.exists("/etc/os-release"),
      await base.exists("/etc", { expectedType: ExistsType.DirectoryType }),
      await base.exists("/etc", { expectedType: ExistsType.RegularType }),
      await base.exists("/nope"),
    ],
    expect: [true, true, false, false],
  },
  {
    name: "a missing file is an error that names it",
    run: (_dag, { base }) => base.file("/nope").contents(),
    expect: fails(/\/nope.*no such file or directory|no such file or directory/),
  },
  {
    name: "what a command wrote comes out as a directory",
    run: async (dag, { base, image }) => {
      const output = base
        .withExec(["sh", "-c", "mkdir -p /out/d; echo 1 > /out/d/a; ln -s d/a /out/l"])
        .directory("/out");
      return dag.container().from(image).withMountedDirectory("/in", output).withExec(["cat", "/in/l"]).stdout();
    },
    expect: "1\n",
  },
  {
    name: "a directory below a directory of a container is read",
    run: (_dag, { base }) => base.withNewFile("/a/b/c", "1").directory("/a").directory("b").file("c").contents(),
    expect: "1",
  },
  {
    name: "another container starts from the root file system",
    run: (dag, { base }) =>
      dag.container().withRootfs(base.withNewFile("/mark", "1").rootfs()).withExec(["cat", "/mark"]).stdout(),
    expect: "1",
  },
  {
    name: "a root may consist of files alone",
    run: async (dag) => dag.container().withRootfs(dag.directory().withNewFile("a", "1")).file("/a").contents(),
    expect: "1",
  },
  {
    name: "a large file is read completely",
    run: async (_dag, { base }) =>
      (await base.withExec(["sh", "-c", "head -c 3000000 /dev/zero > /big"]).file("/big").size()) === 3_000_000,
    expect: true,
  },
  {
    name: "a file of a container has size and permissions",
    run: async (_dag, { base }) => {
      const container = base.withNewFile("/f", "text", { permissions: 0o600 }).withSymlink("/f", "/l");
      const file = container.stat("/f");
      return [
        await file.name(),
        await file.size(),
        (await file.permissions()) & 0o777,
        await container.stat("/l", { doNotFollowSymlinks: true }).fileType(),
      ];
    },
    expect: ["f", 4, 0o600, "SYMLINK"],
  },
];
