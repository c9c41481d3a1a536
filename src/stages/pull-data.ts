import { type Container, dag } from "@dagger.io/dagger";
import type { z } from "zod";
import { type Command, type CommandsResult, runCommands } from "../containers/commands.ts";
import { forOwnPrograms, pythonBase } from "../containers/images.ts";
import { DVC_TOOLS, RESULTS, YAML_TOOLS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Runtime } from "../containers/runtime.ts";
import { type ToolFolder, withTools } from "../containers/tools.ts";
import type { DvcAccess } from "../context/access.ts";
import type { DataContext } from "../context/context.ts";
import { type Admission, cacheName } from "../data/dvc/cache-name.ts";
import {
  localFindings,
  outsThatAre,
  pulledFindings,
  revisionOf,
  type Tracked,
  type TrackedOut,
  trackedSchema,
} from "../data/dvc/outs.ts";
import { pullFailure, pullSchema, remoteFolders, remoteText } from "../data/dvc/remote.ts";
import { parseJson } from "../json.ts";
import { placeInData } from "../project/commands/data-folders.ts";
import { counted } from "../text.ts";
import { defineStage, type StageData, withReadyData } from "./definition.ts";
import { inContainer, together } from "./inputs.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";

/** Where source and data are put together again: DVC expects both in one project, and they are uploaded apart. */
const PROJECT = "/dvc";
const CACHE = `${PROJECT}/.dvc/cache`;
const STORAGE = "/dvc-storage";
const SECRETS = "/run/ml-pipeline";

/** Files at the project's top that say what is tracked, what is not, and from where it is pulled. */
const TRACKING = ["*.dvc"];
const IGNORING = [".dvcignore"];
const CONFIG = ".dvc/config";

/** Whether DVC tracks some of the data. Only file names are looked at: nothing runs. */
export async function isTracked({ project, data }: DataContext): Promise<boolean> {
  const [root, below] = await Promise.all([project.source.glob("*.dvc"), data.glob("**/*.dvc")]);
  return isDvcFile(root) || isDvcFile(below);
}

/** The folder .dvc/ itself matches the pattern too. */
const isDvcFile = (paths: readonly string[]): boolean => paths.some((path) => /[^/]\.dvc$/.test(path));

/**
 * Gives the data that later stages read, with every tracked file as its .dvc file has it: present files must match it, and
 * missing ones are pulled and must match it afterwards. DVC is installed only when a file is missing.
 */
export const pullData = defineStage({
  name: "pull data",
  step: "Check",
  page: "dvc",
  needs: {},
  when: ({ tracked }) => tracked === true,
  depends: async (inputs) => {
    const { context, data } = inputs;
    const container = inContainer({ context: forOwnPrograms(context) }, { tools: [YAML_TOOLS, DVC_TOOLS] });
    return together(container, {
      folders: {
        ...(data === undefined ? {} : { data }),
        tracking: context.project.source.filter({ include: [...TRACKING, ...IGNORING, CONFIG] }),
      },
      settings: { data: { folder: context.project.dataFolder } },
    });
  },
  async run(inputs): Promise<Outcome<StageData>> {
    const context = forOwnPrograms(withReadyData(inputs, {}));
    const before = await verify(context);
    if (before.found === undefined) return failedRun(before.run);
    const revision = revisionOf(before.found.outs);
    const findings = localFindings(before.found);
    if (findings !== "") return { status: "failed", message: findings, runs: [before.run] };
    const missing = outsThatAre("missing", before.found);
    if (missing.length > 0) return pull(context, inputs.dvc ?? {}, before.run, before.found, missing);
    const message = `${counted(before.found.outs.length, "tracked output")} as the .dvc files say: nothing to pull`;
    return outcomeOf(before.run, message, { data: context.data, dvc: revision });
  },
});

/** Compares the data with its .dvc files. */
async function verify(context: DataContext): Promise<{ run: CommandsResult; found: Tracked | undefined }> {
  const root = context.project.source.filter({ include: TRACKING });
  const container = tooled(context, YAML_TOOLS).withDirectory(PROJECT, root);
  const run = await runCommands(withProjectData(container, context), [verifying(context, YAML_TOOLS)], {
    since: context.since,
    limits: context.limits,
  });
  return { run, found: await resultOf(run, "verified", trackedSchema) };
}

/**
 * Pulls the missing files. The container gets their .dvc files and nothing else of the data, so that no other change repeats the
 * download.
 */
async function pull(
  context: DataContext,
  access: DvcAccess,
  verified: CommandsResult,
  { outs }: Tracked,
  missing: readonly TrackedOut[],
): Promise<Outcome<StageData>> {
  const { source, dataFolder } = context.project;
  const files = [...new Set(missing.map(({ file }) => file))].sort();
  const config = (await source.exists(CONFIG)) ? await source.file(CONFIG).contents() : "";
  let container = tooled(context, DVC_TOOLS)
    .withNewFile(`${PROJECT}/.dvc/config`, config)
    .withDirectory(PROJECT, source.filter({ include: IGNORING }));
  const folders = remoteFolders(config);
  // Nothing is downloaded from a folder, and who has the configuration need not have the folder.
  if (access.storage === undefined && folders.length === 0) {
    container = container.withMountedCache(CACHE, dag.cacheVolume(cacheName(await admission(config, access))));
  }
  for (const file of files) {
    const place = placeInData(file, dataFolder);
    const from = place === file ? source.file(file) : context.data.file(place);
    container = container.withFile(`${PROJECT}/${file}`, from);
  }
  for (const folder of folders) {
    if (await source.exists(folder)) {
      container = container.withMountedDirectory(`${PROJECT}/${folder}`, source.directory(folder));
    }
  }
  const storage = access.storage === undefined ? "" : STORAGE;
  const command = {
    name: "dvc-pull",
    args: ["python3", programPath("pull_dvc.py"), PROJECT, storage, `${RESULTS}/pulled.json`, ...files],
    env: { PYTHONPATH: DVC_TOOLS },
    shown: ["dvc", "pull", ...files].join(" "),
  };
  const run = await runCommands(withAccess(container, access), [command, verifying(context, DVC_TOOLS, CACHE)], {
    since: context.since,
    limits: context.limits,
  });
  const runs = [verified, run];
  const [pulled, found] = await Promise.all([
    resultOf(run, "pulled", pullSchema),
    resultOf(run, "verified", trackedSchema),
  ]);
  if (pulled === undefined || found === undefined) return { ...failedRun(run), runs };
  const failure = pullFailure(pulled, missing) || pulledFindings(found, remoteText(pulled));
  if (failure !== "") return { status: "failed", message: failure, runs };
  const data = context.data.withDirectory(".", run.container.directory(`${PROJECT}/${dataFolder}`));
  return {
    status: "passed",
    message: `${counted(files.length, "tracked output")} pulled from ${remoteText(pulled)}, ${outs.length} as the .dvc files say`,
    value: { data, dvc: revisionOf(outs) },
    runs,
  };
}

async function admission(config: string, { config: local, awsCredentials, sshKey }: DvcAccess): Promise<Admission> {
  return { config, secrets: await Promise.all([local, awsCredentials, sshKey].map((secret) => secret?.plaintext())) };
}

function tooled(runtime: Runtime, folder: ToolFolder): Container {
  const ready = withTools(pythonBase(runtime), folder, runtime);
  return withProgram(withProgram(ready, "verify_dvc.py"), "pull_dvc.py");
}

const verifying = ({ project }: DataContext, tools: ToolFolder, ...cache: string[]): Command => ({
  name: "verify",
  args: ["python3", programPath("verify_dvc.py"), PROJECT, `${RESULTS}/verified.json`, project.dataFolder, ...cache],
  env: { PYTHONPATH: tools },
  purpose: "compare the data with its .dvc files",
});

/** The data, where their .dvc files say that they are. */
const withProjectData = (container: Container, { project: { dataFolder }, data }: DataContext): Container =>
  // At the project's top they are beside its other .dvc files, which no folder may hide.
  dataFolder === "." ? container : container.withMountedDirectory(`${PROJECT}/${dataFolder}`, data);

/** Secrets are files in memory: they are in no layer, and DVC prints none of them. */
function withAccess(container: Container, { config, awsCredentials, sshKey, storage }: DvcAccess): Container {
  let result = container.withEnvVariable("HOME", "/root");
  if (config !== undefined) result = result.withMountedSecret(`${PROJECT}/.dvc/config.local`, config);
  if (awsCredentials !== undefined) {
    const file = `${SECRETS}/aws-credentials`;
    result = result.withMountedSecret(file, awsCredentials).withEnvVariable("AWS_SHARED_CREDENTIALS_FILE", file);
  }
  // SSH tries the default names of keys in turn, whatever kind of key is in them, and this is the first.
  if (sshKey !== undefined) result = result.withMountedSecret("/root/.ssh/id_ed25519", sshKey);
  if (storage !== undefined) result = result.withMountedDirectory(STORAGE, storage);
  return result;
}

/** The JSON that a program wrote, even if it failed afterwards; undefined when it failed before. */
async function resultOf<T>(run: CommandsResult, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const file = `${name}.json`;
  try {
    return parseJson(await run.results.file(file).contents(), schema, file);
  } catch (error) {
    if (run.ok) throw error;
    return undefined;
  }
}
