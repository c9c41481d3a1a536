import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fails, type Row } from "../row.ts";

/** Secrets, which only reach the processes that get them. */
export const secrets: readonly Row[] = [
  {
    name: "a secret variable is seen by the command and hidden in its output",
    run: async (dag, { base }) => {
      const container = base.withSecretVariable("TOKEN", dag.setSecret("token", "s3cr3t-value-1"));
      return container.withExec(["sh", "-c", 'echo "$TOKEN"; echo "${#TOKEN}"']).stdout();
    },
    expect: "***\n14\n",
  },
  {
    name: "a mounted secret is a file for its owner alone",
    run: (dag, { base }) =>
      base
        .withMountedSecret("/run/token", dag.setSecret("token", "s3cr3t-value-2"))
        .withExec(["sh", "-c", "cat /run/token; echo; stat -c %a /run/token"])
        .stdout(),
    expect: "***\n400\n",
  },
  {
    name: "a mounted secret is no part of the root",
    run: (dag, { base }) =>
      base
        .withMountedSecret("/token", dag.setSecret("token", "s3cr3t-value-3"))
        .withExec(["true"])
        .withoutMount("/token")
        .withExec(["sh", "-c", "cat /token 2>/dev/null | wc -c"])
        .stdout(),
    expect: "0\n",
  },
  {
    name: "a secret in an error is hidden",
    run: (dag, { base }) =>
      base
        .withSecretVariable("TOKEN", dag.setSecret("token", "s3cr3t-value-4"))
        .withExec(["sh", "-c", 'echo "out $TOKEN"; echo "err $TOKEN" >&2; exit 2'])
        .sync(),
    expect: fails(/exit code: 2/, { stdout: "out ***", stderr: "err ***" }),
  },
  {
    name: "a secret that is printed in pieces is hidden",
    run: (dag, { base }) =>
      base
        .withSecretVariable("TOKEN", dag.setSecret("token", "s3cr3t-value-5"))
        .withExec(["sh", "-c", 'printf "<%s" "${TOKEN%value-5}"; sleep 0.3; printf "value-5>"'])
        .stdout(),
    // Dagger may hide the first piece alone; the included engine's scrubber is held to the whole by tests of its own.
    expect: /^<\*\*\*(value-5)?>$/,
  },
  {
    name: "a secret is read from the caller's environment",
    run: (dag) => dag.secret("env://CONFORMANCE_SECRET").plaintext(),
    expect: "from the environment",
  },
  {
    name: "a secret is read from a file",
    run: async (dag, { folder }) => {
      await writeFile(join(folder, "secret"), "from a file");
      return dag.secret(`file://${folder}/secret`).plaintext();
    },
    expect: "from a file",
  },
  {
    name: "a secret is read from a command's output",
    run: (dag) => dag.secret("cmd://echo from a command").plaintext(),
    expect: /^from a command\n?$/,
  },
  {
    name: "a missing secret is an error that names it",
    run: (dag) => dag.secret("env://CONFORMANCE_NOPE").plaintext(),
    expect: fails(/secret env var not found/),
  },
  {
    name: "a secret has its name and value",
    run: async (dag) => {
      const secret = dag.setSecret("name", "value of it");
      return [await secret.name(), await secret.plaintext()];
    },
    expect: ["name", "value of it"],
  },
  {
    name: "a command runs again for another value of a secret",
    run: async (dag, { base }) => {
      const length = (value: string) =>
        base
          .withSecretVariable("TOKEN", dag.setSecret("length", value))
          .withExec(["sh", "-c", 'echo "${#TOKEN}"'])
          .stdout();
      return [await length("four-and-more"), await length("short-one")];
    },
    expect: ["13\n", "9\n"],
    except: { engine: "dagger", because: "within a session it knows a secret by its name" },
  },
  {
    name: "a secret variable is removed",
    run: (dag, { base }) =>
      base
        .withSecretVariable("TOKEN", dag.setSecret("token", "s3cr3t-value-6"))
        .withoutSecretVariable("TOKEN")
        .withExec(["sh", "-c", 'echo "x$TOKEN"'])
        .stdout(),
    expect: "x\n",
  },
  {
    name: "a secret has its URI",
    run: (dag) => dag.secret("env://CONFORMANCE_SECRET").uri(),
    expect: "env://CONFORMANCE_SECRET",
  },
];
