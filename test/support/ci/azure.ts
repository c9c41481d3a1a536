import { parse } from "yaml";
import { z } from "zod";
import { type ShellHost, shellsOn } from "./shells.ts";

/* Stages of Azure Pipelines: their steps one after the other, with the commands that the agent finds in their output. */

const step = z.union([
  z.strictObject({ checkout: z.literal("self"), clean: z.literal(true), persistCredentials: z.literal(false) }),
  z.strictObject({
    ...{ bash: z.string(), displayName: z.string(), name: z.string().optional() },
    env: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({
    task: z.literal("PublishTestResults@2"),
    displayName: z.string(),
    inputs: z.record(z.string(), z.string()),
  }),
  z.strictObject({ publish: z.string(), displayName: z.string(), artifact: z.string() }),
]);
const steps = z.array(step);
const job = z.union([
  z.object({ job: z.string(), steps }),
  z.object({
    ...{ deployment: z.string(), environment: z.string() },
    strategy: z.object({ runOnce: z.object({ deploy: z.object({ steps }) }) }),
  }),
]);
const variable = z.union([z.object({ group: z.string() }), z.object({ name: z.string(), value: z.string() })]);
const stage = z.object({ stage: z.string(), variables: z.array(variable).default([]), jobs: z.tuple([job]) });
const pipeline = z.object({ stages: z.array(stage) });

export interface AzureStage extends ShellHost {
  /** Predefined variables, as the agent gives them to a shell. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
  /** What earlier stages have set, by `STAGE.JOB.STEP.NAME`. */
  readonly outputs?: Readonly<Record<string, string>>;
}

export interface AzureRecord {
  readonly isGood: boolean;
  readonly steps: readonly string[];
  readonly printed: string;
  /** What it has set for later stages, by `STAGE.JOB.STEP.NAME`. */
  readonly outputs: Readonly<Record<string, string>>;
  /** All commands that the agent found. */
  readonly commands: readonly string[];
}

export async function runAzureStage(text: string, name: string, about: AzureStage): Promise<AzureRecord> {
  const found = pipeline.parse(parse(text)).stages.find((one) => one.stage === name);
  if (found === undefined) throw new Error(`there is no stage ${name}`);
  const [only] = found.jobs;
  const shell = await shellsOn(about);
  const variables = Object.fromEntries(
    found.variables.flatMap((one) => ("name" in one ? [[one.name, earlier(one.value, about.outputs ?? {})]] : [])),
  );
  const state = { isGood: true, steps: [] as string[], printed: "", outputs: {} as Record<string, string> };
  const commands: string[] = [];
  let path = "";
  for (const one of "job" in only ? only.steps : only.strategy.runOnce.deploy.steps) {
    if ("checkout" in one || !state.isGood) continue;
    state.steps.push(one.displayName);
    if (!("bash" in one)) continue;
    const given = Object.entries(one.env).map(([key, value]) => [
      key,
      value.replace(/^\$\((\w+)\)$/, (as, of) => about.secrets?.[of] ?? as),
    ]);
    const env = { ...about.env, ...variables, ...Object.fromEntries(given) };
    const before = path === "" ? "" : `PATH=${path}:$PATH; `;
    const { isGood, printed } = await shell(["bash", "--noprofile", "--norc", "-c", `${before}${one.bash}`], env);
    state.printed += printed;
    state.isGood = isGood;
    for (const [command, area, properties = "", value = ""] of printed.matchAll(/##(?:vso)?\[([\w.]*)(.*?)\](.*)/gi)) {
      commands.push(command);
      if (area === "task.prependpath") path = value;
      const variable = /variable=(\w+);isOutput=true/.exec(properties)?.[1];
      const job = "job" in only ? only.job : only.deployment;
      if (area === "task.setvariable" && variable !== undefined)
        state.outputs[`${name}.${job}.${one.name}.${variable}`] = value;
    }
  }
  return { ...state, commands };
}

/** `$[ stageDependencies.release.release.outputs['outputs.IMAGE'] ]`. */
function earlier(value: string, outputs: Readonly<Record<string, string>>): string {
  const [, stage, job, output] = /^\$\[ stageDependencies\.(\w+)\.(\w+)\.outputs\['([\w.]+)'\] \]$/.exec(value) ?? [];
  return outputs[`${stage}.${job}.${output}`] ?? "";
}
