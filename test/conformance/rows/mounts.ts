import { CacheSharingMode } from "dagger-sdk";
import { fails, type Row } from "../row.ts";

const sh = (script: string): string[] => ["sh", "-c", script];
const unique = () => `${process.pid}-${Date.now()}-${Math.random()}`;

/** What is mounted in a container. */
export const mounts: readonly Row[] = [
  {
    name: "a command sees a mounted directory",
    run: (dag, { base }) =>
      base
        .withMountedDirectory("/src", dag.directory().withNewFile("a/b", "text"))
        .withExec(["cat", "/src/a/b"])
        .stdout(),
    expect: "text",
  },
  {
    name: "what is written to a mounted directory is seen by the next command",
    run: (dag, { base }) =>
      base
        .withMountedDirectory("/src", dag.directory().withNewFile("a", "1"))
        .withExec(sh("echo 2 > /src/b"))
        .withExec(sh("rm /src/a"))
        .withExec(["ls", "/src"])
        .stdout(),
    expect: "b\n",
  },
  {
    name: "what is written to a mounted directory can be taken out",
    run: async (dag, { base }) => {
      const source = dag.directory().withNewFile("a", "1").withNewFile("d/x", "x");
      const container = base.withMountedDirectory("/src", source).withExec(sh("echo 2 > /src/d/b; rm /src/a"));
      return [
        await container.directory("/src").glob("**"),
        await container.directory("/src/d").entries(),
        await container.file("/src/d/b").contents(),
        await source.entries(),
      ];
    },
    expect: [["d/", "d/b", "d/x"], ["b", "x"], "2\n", ["a", "d/"]],
  },
  {
    name: "a mounted directory is no part of the root",
    run: async (dag, { base }) => {
      const container = base.withMountedDirectory("/src", dag.directory().withNewFile("a", "1")).withExec(["true"]);
      return container.withoutMount("/src").withExec(sh("ls /src 2>/dev/null | wc -l")).stdout();
    },
    expect: "0\n",
  },
  {
    name: "a read-only mount refuses writing",
    run: (dag, { base }) =>
      base.withMountedDirectory("/src", dag.directory(), { readOnly: true }).withExec(sh("touch /src/a")).sync(),
    expect: fails(/exit code: 1/, { stderr: /Read-only file system/ }),
  },
  {
    name: "a mount has the owner that was asked for",
    run: (dag, { base }) =>
      base
        .withMountedDirectory("/src", dag.directory().withNewFile("a", "1"), { owner: "nobody" })
        .withExec(["stat", "-c", "%U", "/src", "/src/a"])
        .stdout(),
    needsUsers: true,
    expect: "nobody\nnobody\n",
  },
  {
    name: "a file is mounted",
    run: (dag, { base }) =>
      base
        .withMountedFile("/etc/setting", dag.directory().withNewFile("x", "on").file("x"))
        .withExec(["cat", "/etc/setting"])
        .stdout(),
    expect: "on",
  },
  {
    name: "a mounted file can be taken out",
    run: (dag, { base }) =>
      base
        .withMountedFile("/etc/setting", dag.directory().withNewFile("x", "on").file("x"))
        .file("/etc/setting")
        .contents(),
    expect: "on",
  },
  {
    name: "a mount may be inside another mount",
    run: (dag, { base }) =>
      base
        .withMountedDirectory("/a", dag.directory().withNewFile("outer", "o"))
        .withMountedDirectory("/a/b", dag.directory().withNewFile("inner", "i"))
        .withExec(["cat", "/a/outer", "/a/b/inner"])
        .stdout(),
    expect: "oi",
  },
  {
    name: "a cache volume is kept from one command to the next",
    run: async (dag, { base }) => {
      const container = base.withMountedCache("/cache", dag.cacheVolume(`conformance-${unique()}`));
      await container.withExec(sh("echo kept > /cache/x")).sync();
      return container.withEnvVariable("AGAIN", "1").withExec(["cat", "/cache/x"]).stdout();
    },
    expect: "kept\n",
  },
  {
    name: "a new cache volume begins with its source",
    run: (dag, { base }) =>
      base
        .withMountedCache("/cache", dag.cacheVolume(`conformance-${unique()}`), {
          source: dag.directory().withNewFile("x", "seed"),
        })
        .withExec(["cat", "/cache/x"])
        .stdout(),
    expect: "seed",
  },
  {
    name: "commands that lock a cache volume go one after the other",
    run: async (dag, { base }) => {
      const volume = dag.cacheVolume(`conformance-${unique()}`);
      const step = (name: string) =>
        base
          .withMountedCache("/cache", volume, { sharing: CacheSharingMode.Locked })
          .withEnvVariable("NAME", name)
          .withExec(sh("echo in >> /cache/log; sleep 0.3; echo out >> /cache/log"))
          .sync();
      await Promise.all([step("a"), step("b")]);
      return base
        .withMountedCache("/cache", volume, { sharing: CacheSharingMode.Locked })
        .withExec(["cat", "/cache/log"])
        .stdout();
    },
    expect: "in\nout\nin\nout\n",
  },
  {
    name: "commands do not share a private cache volume",
    run: async (dag, { base }) => {
      const volume = dag.cacheVolume(`conformance-${unique()}`);
      const step = (name: string) =>
        base
          .withMountedCache("/cache", volume, { sharing: CacheSharingMode.Private })
          .withEnvVariable("NAME", name)
          .withExec(sh("touch /cache/$NAME; sleep 1; ls /cache"))
          .stdout();
      return Promise.all([step("a"), step("b")]);
    },
    expect: ["a\n", "b\n"],
    except: { engine: "dagger", because: "it shares a private volume among the commands of one session" },
  },
  {
    name: "a file of a cache volume cannot be taken out",
    run: (dag, { base }) =>
      base.withMountedCache("/cache", dag.cacheVolume("conformance")).withExec(["true"]).file("/cache/x").contents(),
    expect: fails(/cannot retrieve path from cache|cannot retrieve path from a cache/),
  },
  {
    name: "a temporary folder is empty for each command",
    run: (_dag, { base }) =>
      base.withMountedTemp("/scratch").withExec(sh("touch /scratch/x")).withExec(sh("ls /scratch | wc -l")).stdout(),
    expect: "0\n",
  },
  {
    name: "a file can be put into a mounted directory",
    run: (dag, { base }) =>
      base
        .withMountedDirectory("/src", dag.directory().withNewFile("a", "1"))
        .withNewFile("/src/b", "2")
        .withExec(["cat", "/src/a", "/src/b"])
        .stdout(),
    expect: "12",
  },
  {
    name: "a command depends on a directory's content, not on how it was made",
    run: async (dag, { base }) => {
      const plain = dag.directory().withNewFile("a", "1");
      const filtered = dag
        .directory()
        .withNewFile("a", "1")
        .withNewFile("README.md", unique())
        .filter({ include: ["a"] });
      const run = (source: typeof plain) =>
        base.withMountedDirectory("/src", source).withExec(sh("date +%s%N; cat /src/a")).stdout();
      return (await run(plain)) === (await run(filtered));
    },
    expect: true,
    except: { engine: "dagger", because: "it knows a directory that was not uploaded by how it was made" },
  },
];
