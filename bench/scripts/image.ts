/**
 * Runs under `ml-pipeline session`. It pulls the base image of the example, and runs one command to see that it is
 * there.
 */
import { connection, dag } from "@dagger.io/dagger";
import { IMAGE } from "../support/base-image.ts";

await connection(async () => {
  await dag.container().from(IMAGE).withExec(["true"]).sync();
});
