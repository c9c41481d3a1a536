import type { Directory } from "@dagger.io/dagger";
import { readContext } from "../context/context.ts";
import { runStages } from "../pipeline.ts";
import { assertStages } from "../report/text.ts";
import { lint } from "../stages/lint.ts";
import type { Site } from "./site.ts";

/** Lints a project. */
export async function lintProject(site: Site, source: Directory): Promise<string> {
  const linted = await runStages([lint], { context: await readContext(source, site) });
  return assertStages(linted.stages);
}
