import { ReturnType } from "dagger-sdk";
import { fails, type Row } from "../row.ts";

const sh = (script: string, ...args: string[]): string[] => ["sh", "-c", script, "sh", ...args];

/** Commands: what they see, what they leave, and how they fail. */
export const exec: readonly Row[] = [
  {
    name: "standard output and standard error are separate",
    run: async (_dag, { base }) => {
      const container = base.withExec(sh("echo out; echo err >&2"));
      return [await container.stdout(), await container.stderr(), await container.exitCode()];
    },
    expect: ["out\n", "err\n", 0],
  },
  {
    name: "combined output is in the order of printing",
    run: (_dag, { base }) => base.withExec(sh("echo a; sleep 0.8; echo b >&2; sleep 0.8; echo c")).combinedOutput(),
    expect: "a\nb\nc\n",
  },
  {
    name: "arguments reach the command unchanged",
    run: (_dag, { base }) => base.withExec(["printf", "%s|", "$(touch x)", "a b", '"ü*', "", "\\n"]).stdout(),
    expect: '$(touch x)|a b|"ü*||\\n|',
  },
  {
    name: "expand replaces variables in arguments",
    run: (_dag, { base }) => base.withEnvVariable("A", "one").withExec(["echo", "$A"], { expand: true }).stdout(),
    expect: "one\n",
  },
  {
    name: "the entrypoint is used only when asked for",
    run: async (_dag, { base }) => {
      const container = base.withEntrypoint(["echo", "entry"]);
      return [
        await container.withExec(["echo", "x"]).stdout(),
        await container.withExec(["x"], { useEntrypoint: true }).stdout(),
      ];
    },
    expect: ["x\n", "entry x\n"],
  },
  {
    name: "empty arguments run the default arguments",
    run: (_dag, { base }) => base.withDefaultArgs(["echo", "default"]).withExec([]).stdout(),
    expect: "default\n",
  },
  {
    name: "standard input is given",
    run: (_dag, { base }) => base.withExec(["cat"], { stdin: "hello" }).stdout(),
    expect: "hello",
  },
  {
    name: "standard input comes from a file",
    run: (_dag, { base }) =>
      base.withNewFile("/in", "from a file").withExec(["cat"], { redirectStdin: "/in" }).stdout(),
    expect: "from a file",
  },
  {
    name: "output goes to files of the container",
    run: async (_dag, { base }) => {
      const container = base.withExec(sh("echo out; echo err >&2"), { redirectStdout: "/o", redirectStderr: "/e" });
      return [await container.file("/o").contents(), await container.file("/e").contents()];
    },
    expect: ["out\n", "err\n"],
  },
  {
    name: "output goes to a file of a mounted directory",
    run: (dag, { base }) =>
      base
        .withMountedDirectory("/work", dag.directory())
        .withExec(["echo", "out"], { redirectStdout: "/work/o" })
        .directory("/work")
        .file("o")
        .contents(),
    expect: "out\n",
  },
  {
    name: "a failing command is an ExecError with command, exit code and output",
    run: (_dag, { base }) => base.withExec(sh("echo out; echo err >&2; exit 3")).sync(),
    expect: fails(/exit code: 3/, {
      exitCode: 3,
      stdout: "out",
      stderr: "err",
      cmd: ["sh", "-c", "echo out; echo err >&2; exit 3", "sh"],
    }),
  },
  {
    name: "a failure surfaces where its result is asked for",
    run: (_dag, { base }) => base.withExec(["false"]).withEnvVariable("A", "1").withExec(["true"]).stdout(),
    expect: fails(/exit code: 1/, { exitCode: 1 }),
  },
  {
    name: "no exit code is an error when any is expected",
    run: async (_dag, { base }) => {
      const container = base.withExec(sh("echo out; exit 7"), { expect: ReturnType.Any });
      return [await container.exitCode(), await container.stdout()];
    },
    expect: [7, "out\n"],
  },
  {
    name: "a success is an error when a failure is expected",
    run: (_dag, { base }) => base.withExec(["true"], { expect: ReturnType.Failure }).sync(),
    expect: fails(/exit code: 0/),
  },
  {
    name: "a failure is no error when a failure is expected",
    run: (_dag, { base }) => base.withExec(["false"], { expect: ReturnType.Failure }).exitCode(),
    expect: 1,
  },
  {
    name: "death by a signal is never expected",
    run: (_dag, { base }) => base.withExec(sh("kill -9 $$"), { expect: ReturnType.Any }).exitCode(),
    expect: fails(/exit code: 137/, { exitCode: 137 }),
  },
  {
    name: "an unknown program fails",
    run: (_dag, { base }) => base.withExec(["no-such-program"]).sync(),
    expect: fails(/no-such-program|exit code/),
  },
  {
    name: "output without a command is an error",
    run: (_dag, { base }) => base.stdout(),
    expect: fails(/no command has been set/),
  },
  {
    name: "a command changes the root for the next one",
    run: (_dag, { base }) => base.withExec(sh("echo x > /made")).withExec(["cat", "/made"]).stdout(),
    expect: "x\n",
  },
  {
    name: "a command does not change the container it started from",
    run: async (_dag, { base }) => {
      await base.withExec(sh("echo x > /made")).sync();
      return base.exists("/made");
    },
    expect: false,
  },
  {
    name: "a removed file stays removed",
    run: (_dag, { base }) =>
      base.withNewFile("/d/a", "1").withNewFile("/d/b", "2").withExec(["rm", "/d/a"]).directory("/d").entries(),
    expect: ["b"],
  },
  {
    name: "a directory that is removed and made again is empty",
    run: (_dag, { base }) =>
      base.withNewFile("/d/a", "1").withExec(sh("rm -r /d; mkdir /d; touch /d/b")).withExec(["ls", "/d"]).stdout(),
    expect: "b\n",
  },
  {
    name: "the working directory is made and used",
    run: (_dag, { base }) => base.withWorkdir("/not/there").withExec(["pwd"]).stdout(),
    expect: "/not/there\n",
  },
  {
    name: "commands run as the user of the container",
    run: (_dag, { base }) => base.withUser("nobody").withExec(["id", "-un"]).stdout(),
    needsUsers: true,
    expect: "nobody\n",
  },
  {
    name: "the user may be given by numbers",
    run: (_dag, { base }) => base.withUser("65534:65534").withExec(sh("echo $(id -u):$(id -g)")).stdout(),
    needsUsers: true,
    expect: "65534:65534\n",
  },
  {
    name: "the home of root is /root",
    run: (_dag, { base }) => base.withExec(sh("echo $HOME")).stdout(),
    expect: "/root\n",
  },
  {
    name: "a command gets no variable of the host",
    run: async (_dag, { base }) => (await base.withExec(["env"]).stdout()).includes("CONFORMANCE_LEAK"),
    expect: false,
  },
  {
    name: "a command sees volatile variables, and another value does not run it again",
    run: async (_dag, { base }) => {
      const now = (value: string) => base.withVolatileVariable("V", value).withExec(sh("echo $V; date +%N")).stdout();
      const [first, second] = [await now("1"), await now("2")];
      return [first.startsWith("1\n"), first === second];
    },
    expect: [true, true],
  },
  {
    name: "a volatile variable is removed",
    run: (_dag, { base }) =>
      base.withVolatileVariable("V", "1").withoutVolatileVariable("V").withExec(sh("echo x$V")).stdout(),
    expect: "x\n",
  },
  {
    name: "equal commands that are asked for at the same time run once",
    run: async (_dag, { base }) => {
      const ask = () => base.withExec(sh("sleep 0.3; date +%s%N; head -c 8 /dev/urandom | od -An -tx1")).stdout();
      const [first, ...others] = await Promise.all([ask(), ask(), ask()]);
      return others.every((other) => other === first);
    },
    expect: true,
  },
  {
    name: "a failed command runs again when it is asked for again",
    run: async (_dag, { base }) => {
      const container = base.withExec(sh("date +%N; exit 1"));
      const output = () => container.sync().catch((error: { stdout?: string }) => error.stdout);
      const first = await output();
      return first === (await output());
    },
    expect: false,
  },
  {
    name: "privileged commands are refused, naming the Dagger engine",
    run: (_dag, { base }) => base.withExec(["true"], { insecureRootCapabilities: true }).sync(),
    expect: fails(/insecureRootCapabilities.*Dagger engine/),
    except: { engine: "dagger", because: "it has privileged commands" },
  },
  {
    name: "a container without files is enough to learn that there is no graphics card",
    run: (dag) => dag.container().experimentalWithAllGPUs().withExec(["true"], { expect: ReturnType.Any }).exitCode(),
    needsNoGpu: true,
    expect: fails(/GPU[^\n]*\s*$/),
  },
];
