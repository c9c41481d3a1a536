import { connection, dag, ExecError } from "@dagger.io/dagger";

/* What clients.test.ts runs against the included engine: as a program of someone who has the SDK alone. */

const [image = ""] = process.argv.slice(2);

await connection(async () => {
  const folder = dag.directory().withNewFile("a.txt", "hello").withNewFile("b/c.txt", "deep");
  const container = dag.container().from(image).withMountedDirectory("/given", folder);
  const run = container
    .withEnvVariable("WHO", "someone")
    .withSecretVariable("TOKEN", dag.setSecret("token", "s3cr3t"))
    .withExec(["sh", "-c", 'cat /given/b/c.txt; echo " $WHO $TOKEN"']);
  const failed = container.withExec(["sh", "-c", "echo why >&2; exit 3"]).sync();
  const { exitCode, stderr } = await failed.then(
    () => ({ exitCode: 0, stderr: "" }),
    (error: unknown) => {
      if (error instanceof ExecError) return error;
      throw error;
    },
  );
  const variables = await run.envVariables();
  const names = await Promise.all(variables.map((variable) => variable.name()));
  console.log(
    JSON.stringify({
      entries: await folder.entries(),
      stdout: await run.stdout(),
      exitCode,
      stderr,
      hasVariable: names.includes("WHO"),
    }),
  );
});
