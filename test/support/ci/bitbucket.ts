import { cp, mkdir, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type ShellHost, shellsOn } from "./shells.ts";

/* Pipelines of Bitbucket: their steps one after the other, each in a checkout of its own with the artifacts of those before it. */

const upload = z.object({
  ...{ name: z.string(), type: z.enum(["shared", "test-reports"]), paths: z.tuple([z.string()]) },
  "capture-on": z.literal("always"),
});
const step = z.object({
  ...{ name: z.string(), script: z.array(z.string()), deployment: z.string().optional() },
  trigger: z.literal("manual").optional(),
  artifacts: z.object({ upload: z.array(upload) }).optional(),
});
const items = z.array(z.union([z.strictObject({ step }), z.strictObject({ variables: z.array(z.unknown()) })]));
const sections = z.object({ pipelines: z.record(z.string(), z.record(z.string(), items)) });

export interface BitbucketRecord {
  readonly isGood: boolean;
  /** The steps that began. */
  readonly steps: readonly string[];
  readonly printed: string;
}

/** @param place such as `["tags", "v*"]`; steps that a person starts are started */
export async function runPipeline(
  text: string,
  [section, name]: readonly [string, string],
  { home, env }: Omit<ShellHost, "work"> & { readonly env: Readonly<Record<string, string>> },
): Promise<BitbucketRecord> {
  const found = sections.parse(parse(text)).pipelines[section]?.[name];
  if (found === undefined) throw new Error(`there is no pipeline ${section} ${name}`);
  const work = join(home, "build");
  const kept = join(home, "artifacts");
  const began: string[] = [];
  let printed = "";
  await mkdir(kept, { recursive: true });
  for (const one of found) {
    if (!("step" in one)) continue;
    await rm(work, { recursive: true, force: true });
    await cp(kept, work, { recursive: true });
    began.push(one.step.name);
    const shell = await shellsOn({ home, work });
    // The lines of a step are one shell's, which ends with the first that fails.
    const ran = await shell(["bash", "-e", "-c", one.step.script.join("\n")], { BITBUCKET_CLONE_DIR: work, ...env });
    printed += ran.printed;
    for (const { type, paths } of one.step.artifacts?.upload ?? []) {
      const [folder = ""] = paths[0].split("/");
      if (type !== "shared") continue;
      await rm(join(kept, basename(folder)), { recursive: true, force: true });
      await rename(join(work, folder), join(kept, basename(folder))).catch(() => undefined);
    }
    if (!ran.isGood) return { isGood: false, steps: began, printed };
  }
  return { isGood: true, steps: began, printed };
}
