/**
 * Runs under `ml-pipeline session`, and prints as JSON the seconds of one command of a chain and of four commands that
 * sleep side by side. With a path as argument, it writes the image there as an archive, for a peer.
 */
import { randomUUID } from "node:crypto";
import { type Container, connection, dag } from "@dagger.io/dagger";
import { IMAGE } from "../support/base-image.ts";

const IN_A_ROW = 20;
const SIDE_BY_SIDE = 4;

await connection(async () => {
  const image = await dag.container().from(IMAGE).sync();
  const [archive] = process.argv.slice(2);
  if (archive !== undefined) await image.asTarball().export(archive);
  // A new variable gives a new key, so nothing is answered from the cache.
  const fresh = () => image.withEnvVariable("RUN", randomUUID());
  const row = await timed(async () => {
    let container: Container = fresh();
    for (let index = 0; index < IN_A_ROW; index++) {
      // `true` changes no file, so without another difference the second command would equal the first.
      container = container.withEnvVariable("STEP", String(index)).withExec(["true"]);
    }
    await container.sync();
  });
  const sleeps = await timed(async () => {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => fresh().withExec(["sleep", "2"]).sync()));
  });
  process.stdout.write(JSON.stringify({ each: row / IN_A_ROW, sleeps }));
});

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
