import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type ShellHost, shellsOn } from "./shells.ts";

/* Jobs of a configuration of CircleCI: their steps one after the other, as far as the files of ml-pipeline go. */

const environment = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).default({});
const runStep = z.object({
  command: z.string(),
  environment,
  when: z.enum(["always"]).optional(),
  ...{ name: z.string(), no_output_timeout: z.string().optional() },
});
const step = z.union([
  z.string(),
  z.strictObject({ run: runStep }),
  z.strictObject({ store_test_results: z.object({ path: z.string() }) }),
  z.strictObject({ store_artifacts: z.object({ path: z.string(), destination: z.string() }) }),
  z.strictObject({ persist_to_workspace: z.object({ root: z.literal("."), paths: z.array(z.string()) }) }),
  z.strictObject({ attach_workspace: z.object({ at: z.string() }) }),
]);
const configuration = z.object({
  commands: z.record(z.string(), z.object({ steps: z.array(step) })),
  jobs: z.record(z.string(), z.object({ environment, steps: z.array(step) })),
});

export interface CircleJob extends ShellHost {
  /** What jobs leave each other. */
  readonly workspace: string;
  readonly env: Readonly<Record<string, string>>;
  /** Values of the templates that `environment` has. */
  readonly values?: Readonly<Record<string, string>>;
}

export interface CircleRecord {
  readonly isGood: boolean;
  /** The names of the steps that ran. */
  readonly steps: readonly string[];
  readonly printed: string;
}

/** Runs a job. What it is given at `attach_workspace` is put into the home of the runner, whichever path it names. */
export async function runCircleJob(text: string, name: string, about: CircleJob): Promise<CircleRecord> {
  const halted = join(about.home, "halted");
  const bashEnv = join(about.home, "bash-env");
  await mkdir(about.home, { recursive: true });
  await writeFile(bashEnv, "");
  await rm(halted, { force: true });
  const shell = await shellsOn({ ...about, programs: { "circleci-agent": `touch '${halted}'` } });
  const { commands, jobs } = configuration.parse(parse(text));
  const job = jobs[name];
  if (job === undefined) throw new Error(`there is no job ${name}`);
  const filled = (values: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        value.replace(/<< (.*?) >>/, (_, of) => about.values?.[of] ?? ""),
      ]),
    );
  const state = { isGood: true, steps: [] as string[], printed: "" };
  const take = async (one: z.infer<typeof step>): Promise<void> => {
    if (typeof one === "string") {
      for (const inner of commands[one]?.steps ?? []) await take(inner);
      return;
    }
    if ("run" in one) {
      if (!state.isGood && one.run.when !== "always") return;
      const env = { ...about.env, ...filled(job.environment), ...filled(one.run.environment), BASH_ENV: bashEnv };
      const { isGood, printed } = await shell(["bash", "-eo", "pipefail", "-c", one.run.command], env);
      state.steps.push(one.run.name);
      state.printed += printed;
      state.isGood = state.isGood && isGood;
      return;
    }
    if (!state.isGood) return;
    if ("persist_to_workspace" in one) {
      for (const path of one.persist_to_workspace.paths) await cp(join(about.work, path), join(about.workspace, path));
    } else if ("attach_workspace" in one) {
      await cp(about.workspace, one.attach_workspace.at, { recursive: true });
    } else state.steps.push("store_artifacts" in one ? "artifacts" : "tests");
  };
  for (const one of job.steps) {
    await take(one);
    if (await shell(["test", "-e", halted], {}).then(({ isGood }) => isGood)) break;
  }
  return state;
}
