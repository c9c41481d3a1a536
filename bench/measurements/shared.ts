import { appendFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { newKey } from "../../local/shared/keys.ts";
import { startRegistry } from "../../test/support/registry.ts";
import type { Measurement, Row } from "../measurement.ts";
import { warmCache } from "../support/cache.ts";
import { type PipelineRun, runPipeline } from "../support/pipeline.ts";
import { run } from "../support/process.ts";
import { copyExample, type Project } from "../support/project.ts";
import { median } from "../support/statistics.ts";
import { faster, seconds } from "../support/table.ts";
import type { Workspace } from "../support/workspace.ts";

const ROUNDS = 3;
const RUNNERS = 4;
const { signing, trust } = newKey();
const gives = { ML_PIPELINE_CACHE_KEY: signing };
const takes = { ML_PIPELINE_CACHE_TRUST: trust };

/**
 * Runners with an empty home, beside what CI systems do without a shared cache: the whole cache folder is packed after one
 * job, and unpacked before the next.
 */
export const shared: Measurement = {
  summary: "a runner with an empty home and a shared cache, beside one that unpacks the whole cache folder",
  async measure(workspace) {
    const warm = await warmCache(workspace);
    const project = await copyExample(await workspace.empty("shared-project"));
    const registry = await startRegistry();
    try {
      const places = {
        folder: join(await workspace.empty("shared-folder"), "cache"),
        registry: `${registry.address}/cache`,
      };
      for (const place of Object.values(places)) {
        workspace.say(`giving what is there to ${place} (not measured)`);
        await appendFile(join(project.source, "README.md"), "\nOne more sentence.\n");
        const cache = await workspace.copy(warm, "shared-giver");
        await runPipeline({ ...project, cache, shared: { place, keys: gives } });
      }
      // The answers of both are for the text of README as it is now.
      await runPipeline({
        ...project,
        cache: join(workspace.folder, "shared-giver"),
        shared: { place: places.folder, keys: gives },
      });
      const archive = await packed(workspace);
      const rows: Row[] = [];
      for (const [kind, place] of Object.entries(places)) {
        rows.push(await unchanged(workspace, { project, kind, place, archive }));
      }
      await appendFile(join(project.source, "README.md"), "\nOne more sentence.\n");
      for (const [kind, place] of Object.entries(places)) {
        rows.push(await edited(workspace, { project, kind, place, archive }));
      }
      rows.push(await together(workspace, project, places.registry));
      return rows;
    } finally {
      await registry.close();
      for (const name of ["shared-giver", "shared-folder", "shared-project", "shared-archive", "shared-runner"])
        await workspace.remove(name);
    }
  },
};

interface Round {
  readonly project: Project;
  readonly kind: string;
  readonly place: string;
  readonly archive: string;
}

/** The cache folder as a CI system keeps it, with its owners and marks. */
async function packed(workspace: Workspace): Promise<string> {
  const archive = join(await workspace.empty("shared-archive"), "cache.tar.zst");
  const folder = join(workspace.folder, "shared-giver");
  const { seconds: took } = await run(["tar", "--xattrs", "-C", folder, "--zstd", "-cf", archive, "."]);
  workspace.notes.push(
    `the whole cache folder is packed in ${seconds(took)} to ${((await stat(archive)).size / 1e6).toFixed(0)} MB`,
  );
  return archive;
}

async function unpackedRun(workspace: Workspace, { project, archive }: Round): Promise<number> {
  const cache = await workspace.empty("shared-runner");
  const { seconds: unpacking } = await run([
    "tar",
    "--xattrs",
    "--xattrs-include=*",
    "-C",
    cache,
    "--zstd",
    "-xf",
    archive,
  ]);
  return unpacking + (await runPipeline({ ...project, cache })).seconds;
}

const emptyRun = async (
  workspace: Workspace,
  { project, place }: Pick<Round, "project" | "place">,
): Promise<PipelineRun> =>
  runPipeline({ ...project, cache: await workspace.empty("shared-runner"), shared: { place, keys: takes } });

async function unchanged(workspace: Workspace, round: Round): Promise<Row> {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let index = 1; index <= ROUNDS; index++) {
    workspace.say(`unchanged, ${round.kind}: round ${index} of ${ROUNDS}`);
    ours.push((await emptyRun(workspace, round)).seconds);
    theirs.push(await unpackedRun(workspace, round));
  }
  return row(`unchanged, empty home, cache in a ${round.kind}; beside the whole folder`, median(ours), median(theirs));
}

async function edited(workspace: Workspace, round: Round): Promise<Row> {
  const ours: PipelineRun[] = [];
  const theirs: number[] = [];
  for (let index = 1; index <= ROUNDS; index++) {
    workspace.say(`README edited, ${round.kind}: round ${index} of ${ROUNDS}`);
    ours.push(await emptyRun(workspace, round));
    theirs.push(await unpackedRun(workspace, round));
  }
  const ran = Math.max(...ours.map((one) => one.ran.length));
  const our = median(ours.map((one) => one.seconds));
  const found = row(`README edited, empty home, ${round.kind}: containers that ran`, our, median(theirs));
  return { ...found, ours: `${ran} in ${seconds(our)}`, limit: "nothing", within: ran === 0 };
}

async function together(workspace: Workspace, project: Project, place: string): Promise<Row> {
  workspace.say(`${RUNNERS} runners at once`);
  await appendFile(join(project.source, "tests/unit/test_metrics.py"), "\n# One more comment.\n");
  const caches = Array.from({ length: RUNNERS }, (_, index) => `shared-runner-${index}`);
  try {
    const runs = caches.map(async (name) =>
      runPipeline({ ...project, cache: await workspace.empty(name), shared: { place, keys: gives } }),
    );
    const slowest = Math.max(...(await Promise.all(runs)).map((one) => one.seconds));
    const after = await emptyRun(workspace, { project, place });
    const what = `${RUNNERS} runners at once after a test was edited: the slowest; then one more`;
    const ours = `${seconds(slowest)}; ${after.ran.length} ran in ${seconds(after.seconds)}`;
    return { what, ours, peer: "", ratio: "", limit: "nothing runs in one more", within: after.ran.length === 0 };
  } finally {
    for (const name of caches) await workspace.remove(name);
  }
}

const row = (what: string, our: number, their: number): Row => ({
  what,
  ours: seconds(our),
  peer: seconds(their),
  ratio: faster(our, their),
  limit: "5 s",
  within: our < 5,
});
