import { randomUUID } from "node:crypto";
import { appendFile, cp } from "node:fs/promises";
import { join } from "node:path";
import type { Measurement, Row } from "../measurement.ts";
import { type DaggerRun, daggerAnswers, daggerCall } from "../support/dagger.ts";
import { repository } from "../support/paths.ts";
import { smallProject } from "../support/small-project.ts";
import { median, repeat } from "../support/statistics.ts";
import { faster, seconds } from "../support/table.ts";
import type { Workspace } from "../support/workspace.ts";

/** In seconds. The peer is measured in the same run. */
const LIMITS = { cold: 60, unchanged: 0.7, readme: 10 };

/**
 * The files that `dagger` needs of this repository. They are copied, so that an edit during the measurement does not
 * change the module.
 */
const MODULE = ["dagger.json", "package.json", "package-lock.json", "tsconfig.json", "src"];

const TIMES = 5;

interface Runs {
  readonly cold: DaggerRun;
  readonly unchanged: { readonly seconds: number };
  readonly readme: DaggerRun;
}

export const dagger: Measurement = {
  summary: "on the Dagger engine, a project of 6,000 rows, beside a plain page of Dagger code",
  async measure(workspace) {
    if (!(await daggerAnswers())) return [row("on the Dagger engine", "no Dagger engine here", "", "", "", undefined)];
    const ours = await measureModule(workspace, "ours", await copyModule(workspace), ["--data=DATA"]);
    const page = await workspace.empty("plain-page");
    await cp(join(repository, "bench/plain-dagger-page"), page, { recursive: true });
    const theirs = await measureModule(workspace, "theirs", page, []);
    workspace.notes.push(
      "on the Dagger engine, cold is a project that the engine has never seen; images and package downloads may be at hand.",
    );
    const compare = (what: string, kind: keyof Runs, within = true): Row => {
      const [our, their, limit] = [ours[kind].seconds, theirs[kind].seconds, LIMITS[kind]];
      const ratio = faster(our, their);
      return row(
        `on the Dagger engine, ${what}`,
        seconds(our),
        seconds(their),
        ratio,
        `≤ ${limit} s`,
        our <= limit && within,
      );
    };
    const { executed } = ours.readme;
    const counts = [ours.cold, theirs.cold, theirs.readme].map((run) => run.executed.length);
    workspace.notes.push(
      `commands that ran on it: ours cold ${counts[0]}, theirs cold ${counts[1]}, after README ${counts[2]}.`,
    );
    return [
      compare("cold; beside a plain page", "cold"),
      compare("unchanged", "unchanged"),
      compare(`README edited: ${executed.length} commands ran`, "readme", executed.length === 0),
    ];
  },
};

const row = (what: string, ours: string, peer: string, ratio: string, limit: string, within?: boolean): Row => ({
  ...{ what, ours, peer, ratio, limit },
  within,
});

async function copyModule(workspace: Workspace): Promise<string> {
  const folder = await workspace.empty("module");
  for (const name of MODULE) await cp(join(repository, name), join(folder, name), { recursive: true });
  return folder;
}

/** Makes three calls of a module on a project of its own. `DATA` in an argument stands for the data folder. */
async function measureModule(workspace: Workspace, name: string, module: string, args: string[]): Promise<Runs> {
  const project = await smallProject(await workspace.empty(`dagger-${name}`));
  const registry = process.env.ML_PIPELINE_BENCH_REGISTRY;
  const address = registry === undefined ? [] : [`--address=${registry}/bench-${name}:${randomUUID()}`];
  const call = (what: string) => {
    workspace.say(`${name}, ${what}`);
    const words = args.map((word) => word.replace("DATA", project.data));
    return daggerCall(module, ["full-pipeline", `--source=${project.source}`, ...words, ...address]);
  };
  // The module is loaded first, because the time for that depends on what the engine has cached of it.
  await daggerCall(module, ["--help"]);
  const cold = await call("cold");
  const again = await repeat(TIMES, () => call("unchanged"));
  const unchanged = { seconds: median(again.map((run) => run.seconds)) };
  await appendFile(join(project.source, "README.md"), "\nOne more sentence.\n");
  return { cold, unchanged, readme: await call("README edited") };
}
