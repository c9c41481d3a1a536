import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ExistsType } from "dagger-sdk";
import { exactPattern } from "../../../src/project/left-out.ts";
import { fails, type Row } from "../row.ts";

/** Directories and files, taken from the host and exported to it. */
export const files: readonly Row[] = [
  {
    name: "entries are sorted, with a slash after directories",
    run: (dag) => dag.directory().withNewFile("b", "").withNewFile("a/x", "").withNewFile("c.txt", "").entries(),
    expect: ["a/", "b", "c.txt"],
  },
  {
    name: "entries of a subdirectory are listed",
    run: (dag) => dag.directory().withNewFile("a/x", "").withNewFile("a/y/z", "").entries({ path: "a" }),
    expect: ["x", "y/"],
  },
  {
    name: "glob reaches every depth with double stars",
    run: async (dag) => {
      const directory = dag.directory().withNewFile("a.py", "").withNewFile("d/b.py", "").withNewFile("d/c.txt", "");
      return [await directory.glob("*.py"), await directory.glob("**/*.py"), await directory.glob("d/*")];
    },
    expect: [["a.py"], ["a.py", "d/b.py"], ["d/b.py", "d/c.txt"]],
  },
  {
    name: "a file has name, size and contents",
    run: async (dag) => {
      const file = dag.directory().withNewFile("a/b.txt", "hé").file("a/b.txt");
      return [await file.name(), await file.size(), await file.contents()];
    },
    expect: ["b.txt", 3, "hé"],
  },
  {
    name: "contents may be limited to some lines",
    run: (dag) =>
      dag.directory().withNewFile("a", "1\n2\n3\n4\n").file("a").contents({ offsetLines: 1, limitLines: 2 }),
    expect: "2\n3\n",
  },
  {
    name: "a file is made without a directory",
    run: async (dag) => {
      const file = dag.file("x.txt", "text").withName("y.txt");
      return [await file.name(), await file.contents()];
    },
    expect: ["y.txt", "text"],
  },
  {
    name: "a missing file is an error that names it",
    run: (dag) => dag.directory().file("nope").contents(),
    expect: fails(/nope.*no such file or directory/),
  },
  {
    name: "a missing directory is an error that names it",
    run: (dag) => dag.directory().directory("nope").entries(),
    expect: fails(/nope.*no such file or directory/),
  },
  {
    name: "withFile keeps the file's name when the path ends with a slash",
    run: (dag) => {
      const file = dag.directory().withNewFile("a.txt", "1").file("a.txt");
      return dag.directory().withFile("x/b.txt", file).withFile("y/", file).glob("**/*.txt");
    },
    expect: ["x/b.txt", "y/a.txt"],
  },
  {
    name: "withFiles copies several files into a directory",
    run: (dag) => {
      const source = dag.directory().withNewFile("a", "1").withNewFile("b", "2");
      return dag
        .directory()
        .withFiles("d", [source.file("a"), source.file("b")])
        .entries({ path: "d" });
    },
    expect: ["a", "b"],
  },
  {
    name: "withDirectory merges, the later file wins",
    run: async (dag) => {
      const first = dag.directory().withNewFile("d/a", "1").withNewFile("d/b", "1");
      const merged = first.withDirectory("d", dag.directory().withNewFile("b", "2").withNewFile("c", "2"));
      return [await merged.entries({ path: "d" }), await merged.file("d/b").contents()];
    },
    expect: [["a", "b", "c"], "2"],
  },
  {
    name: "withDirectory filters what it copies",
    run: (dag) => {
      const source = dag.directory().withNewFile("a.py", "").withNewFile("b.txt", "").withNewFile("d/c.py", "");
      return dag
        .directory()
        .withDirectory("/", source, { include: ["**/*.py"], exclude: ["d"] })
        .glob("**");
    },
    expect: ["a.py"],
  },
  {
    name: "filter excludes as .dockerignore does",
    run: (dag) =>
      dag
        .directory()
        .withNewFile("data/x", "")
        .withNewFile("src/data/y", "")
        .withNewFile("src/a.pyc", "")
        .filter({ exclude: ["data", "**/*.pyc"] })
        .glob("**"),
    expect: ["src/", "src/data/", "src/data/y"],
  },
  {
    name: "an exclamation mark includes again",
    run: (dag) =>
      dag
        .directory()
        .withNewFile("a.md", "")
        .withNewFile("README.md", "")
        .filter({ exclude: ["*.md", "!README.md"] })
        .entries(),
    expect: ["README.md"],
  },
  {
    name: "a pattern for one name leaves out that name alone, whatever is in it",
    run: async (dag) => {
      const names = ["a*b", "a?b", "a[b]", "a\\b", "a{2}|b", "^a", "!a", " a", "b ", "(a)+$.", "é"];
      const others = ["axb", "ab", "aa|b", "d/a", "e"];
      const directory = [...names, ...others].reduce((all, name) => all.withNewFile(name, ""), dag.directory());
      return directory.filter({ exclude: names.map(exactPattern) }).glob("**");
    },
    expect: ["aa|b", "ab", "axb", "d/", "d/a", "e"],
  },
  {
    name: "files and directories are removed",
    run: (dag) =>
      dag
        .directory()
        .withNewFile("a", "")
        .withNewFile("b", "")
        .withNewFile("c", "")
        .withNewFile("d/e", "")
        .withoutFile("a")
        .withoutFiles(["b", "nope"])
        .withoutDirectory("d")
        .entries(),
    expect: ["c"],
  },
  {
    name: "a new directory is there and empty",
    run: async (dag) => {
      const directory = dag.directory().withNewDirectory("a/b");
      return [await directory.glob("**"), await directory.directory("a/b").entries()];
    },
    expect: [["a/", "a/b/"], []],
  },
  {
    name: "a new directory's permissions are also those of folders above it that were not there, and of no folder that was",
    run: async (dag, { base }) => {
      const made = dag
        .directory()
        .withNewDirectory("kept", { permissions: 0o700 })
        .withNewDirectory("kept", { permissions: 0o777 })
        .withNewDirectory("kept/inner", { permissions: 0o777 })
        .withNewDirectory("one/two", { permissions: 0o775 })
        .withNewDirectory("default");
      const paths = ["/kept", "/kept/inner", "/one", "/one/two", "/default"];
      const listed = await base
        .withDirectory("/", made)
        .withExec(["stat", "-c", "%a", ...paths])
        .stdout();
      return listed.trim().split("\n");
    },
    expect: ["700", "777", "775", "775", "644"],
  },
  {
    name: "a folder that is laid over another one has its permissions, and the content of both",
    run: async (dag, { base }) => {
      const over = dag
        .directory()
        .withNewDirectory("app", { permissions: 0o755 })
        .withNewDirectory("app/logs", { permissions: 0o777 });
      const listed = await base
        .withDirectory("/", dag.directory().withNewFile("app/logs/old", "1"))
        .withDirectory("/", over)
        .withExec(["sh", "-c", "stat -c %a /app /app/logs && ls /app/logs"])
        .stdout();
      return listed.trim().split("\n");
    },
    expect: ["755", "777", "old"],
  },
  {
    name: "a symbolic link is followed",
    run: async (dag) => {
      const directory = dag.directory().withNewFile("a", "1").withSymlink("a", "b");
      return [
        await directory.file("b").contents(),
        await directory.exists("b", { expectedType: ExistsType.SymlinkType }),
      ];
    },
    expect: ["1", true],
  },
  {
    name: "exists and stat tell what is at a path",
    run: async (dag) => {
      const directory = dag.directory().withNewFile("d/a", "");
      return [
        await directory.exists("d"),
        await directory.exists("d/a", { expectedType: ExistsType.RegularType }),
        await directory.exists("d", { expectedType: ExistsType.RegularType }),
        await directory.exists("nope"),
      ];
    },
    expect: [true, true, false, false],
  },
  {
    name: "diff has what the other directory adds",
    run: (dag) => {
      const one = dag.directory().withNewFile("a", "1").withNewFile("b", "1");
      return one.diff(dag.directory().withNewFile("a", "1").withNewFile("b", "2").withNewFile("c", "2")).entries();
    },
    expect: ["b", "c"],
  },
  {
    name: "equal content has one digest, whatever its times",
    run: async (dag) => {
      const one = await dag.directory().withNewFile("a", "1").withNewFile("b", "2").withTimestamps(1).digest();
      const other = await dag.directory().withNewFile("b", "2").withNewFile("a", "1").withTimestamps(1).digest();
      return one === other;
    },
    expect: true,
  },
  {
    name: "to give a time to a link that leads nowhere fails",
    run: (dag) => dag.directory().withSymlink("nowhere", "link").withTimestamps(1).entries(),
    expect: fails(/no such file or directory/),
    except: { engine: "local", because: "its directories have no times" },
  },
  {
    name: "other content has another digest",
    run: async (dag) =>
      (await dag.directory().withNewFile("a", "1").digest()) === (await dag.directory().withNewFile("a", "2").digest()),
    expect: false,
  },
  {
    name: "permissions of a new file hold in a container",
    run: (dag, { base }) =>
      base
        .withMountedDirectory("/d", dag.directory().withNewFile("run", "#!/bin/sh\necho ran", { permissions: 0o755 }))
        .withExec(["/d/run"])
        .stdout(),
    expect: "ran\n",
  },
  {
    name: "a directory has a name",
    run: async (dag) => [
      await dag.directory().name(),
      await dag.directory().withNewFile("a/b/c", "").directory("a/b").name(),
    ],
    expect: ["/", "b/"],
  },
  {
    name: "a directory of the host is read, filtered",
    run: async (dag, { folder }) => {
      await mkdir(join(folder, "src/data"), { recursive: true });
      await mkdir(join(folder, "data"));
      await writeFile(join(folder, "src/data/a"), "1");
      await writeFile(join(folder, "data/b"), "2");
      await writeFile(join(folder, 'ü "$(x).csv'), "3");
      await symlink("src", join(folder, "link"));
      const directory = dag.host().directory(folder, { exclude: ["data"] });
      return [await directory.glob("**"), await directory.file('ü "$(x).csv').contents()];
    },
    expect: [["link", "src/", "src/data/", "src/data/a", 'ü "$(x).csv'], "3"],
  },
  {
    name: "a file of the host is read",
    run: async (dag, { folder }) => {
      await writeFile(join(folder, "a.txt"), "text");
      return dag.host().file(join(folder, "a.txt")).contents();
    },
    expect: "text",
  },
  {
    name: "a missing directory of the host is an error that names it",
    run: (dag, { folder }) => dag.host().directory(join(folder, "nope")).entries(),
    expect: fails(/nope/),
  },
  {
    name: "a directory is exported, over what is there",
    run: async (dag, { folder }) => {
      await mkdir(join(folder, "out"));
      await writeFile(join(folder, "out/old"), "");
      await dag.directory().withNewFile("a/b", "1").export(join(folder, "out"));
      return [await readdir(join(folder, "out")), await readFile(join(folder, "out/a/b"), "utf8")];
    },
    expect: [["a", "old"], "1"],
  },
  {
    name: "with wipe, an export removes everything else",
    run: async (dag, { folder }) => {
      await mkdir(join(folder, "out"));
      await writeFile(join(folder, "out/old"), "");
      await dag.directory().withNewFile("a", "1").export(join(folder, "out"), { wipe: true });
      return readdir(join(folder, "out"));
    },
    expect: ["a"],
  },
  {
    name: "a file is exported, its permissions kept",
    run: async (dag, { folder }) => {
      const file = dag.directory().withNewFile("a", "1", { permissions: 0o755 }).file("a");
      await file.export(join(folder, "x/copy"));
      const { mode } = await stat(join(folder, "x/copy"));
      return [await readFile(join(folder, "x/copy"), "utf8"), mode & 0o777];
    },
    expect: ["1", 0o755],
  },
  {
    name: "a file is exported into a directory when that is allowed",
    run: async (dag, { folder }) => {
      await dag.file("name.txt", "1").export(folder, { allowParentDirPath: true });
      return readdir(folder);
    },
    expect: ["name.txt"],
  },
  {
    name: "files and folders of the host keep their permissions, in a container and when they are exported",
    run: async (dag, { base, folder }) => {
      await mkdir(join(folder, "in/private"), { recursive: true });
      for (const [name, mode] of [
        ["private/key", 0o600],
        ["shared", 0o664],
        ["tool", 0o750],
      ] as const) {
        await writeFile(join(folder, "in", name), "1");
        await chmod(join(folder, "in", name), mode);
      }
      await chmod(join(folder, "in/private"), 0o700);
      const directory = dag.host().directory(join(folder, "in"));
      await directory.export(join(folder, "out"));
      const exported = await Promise.all(
        ["private", "private/key", "shared", "tool"].map((name) => stat(join(folder, "out", name))),
      );
      const listed = await base
        .withDirectory("/d", directory)
        .withMountedDirectory("/m", directory)
        .withExec([
          "sh",
          "-c",
          "cd /d && stat -c %a private private/key shared tool && cd /m && stat -c %a private/key",
        ])
        .stdout();
      return [exported.map(({ mode }) => (mode & 0o7777).toString(8)), listed.trim().split("\n")];
    },
    expect: [
      ["700", "600", "664", "750"],
      ["700", "600", "664", "750", "600"],
    ],
  },
  {
    name: "a directory may be copied with other permissions, which all in it get",
    run: async (dag, { base }) => {
      const source = dag
        .directory()
        .withNewDirectory("nested", { permissions: 0o700 })
        .withNewFile("nested/file", "", { permissions: 0o600 })
        .withNewFile("root", "", { permissions: 0o640 });
      const copied = dag.directory().withDirectory("out", source, { permissions: 0o751 });
      return (
        await base
          .withDirectory("/", copied)
          .withDirectory("/kept", source)
          .withExec(["stat", "-c", "%a", "/out", "/out/nested", "/out/nested/file", "/out/root", "/kept/nested"])
          .stdout()
      )
        .trim()
        .split("\n");
    },
    expect: ["751", "751", "751", "751", "700"],
  },
  {
    name: "a file of a directory has size and permissions",
    run: async (dag) => {
      const directory = dag.directory().withNewFile("d/a", "text", { permissions: 0o755 });
      const file = directory.stat("d/a");
      return [
        await file.name(),
        await file.size(),
        (await file.permissions()) & 0o777,
        await file.fileType(),
        await directory.stat("d").fileType(),
      ];
    },
    expect: ["a", 4, 0o755, "REGULAR", "DIRECTORY"],
  },
  {
    name: "sync gives the same object back",
    run: async (dag) => {
      const directory = await dag.directory().withNewFile("a", "1").sync();
      const file = await directory.file("a").sync();
      return [await directory.entries(), await file.contents()];
    },
    expect: [["a"], "1"],
  },
  {
    name: "a file's digest follows its content",
    run: async (dag) => {
      const digest = (text: string) =>
        dag.directory().withNewFile("a", text).file("a").withTimestamps(1).digest({ excludeMetadata: true });
      const first = await digest("1");
      return [/^sha256:[0-9a-f]{64}$/.test(first), first === (await digest("1")), first === (await digest("2"))];
    },
    expect: [true, true, false],
  },
];
