import type { Directory } from "@dagger.io/dagger";
import type { ProjectRuntime } from "../containers/app.ts";
import { withCondaSolution } from "../containers/conda.ts";
import { lackingPython } from "../containers/images.ts";
import { UserError } from "../errors.ts";
import { type Evidence, readEvidence } from "../evidence/evidence.ts";
import { readLayout, readProject } from "../project/project.ts";
import { type ChosenPython, choosePython, minorOf } from "../project/python/version.ts";
import type { SiteSettings } from "./access.ts";
import { loadConfig } from "./load.ts";
import { type Policy, readPolicy } from "./policy/read.ts";
import { pricesOf } from "./prices.ts";
import type { Config } from "./schema.ts";

/** The input of every stage: the project, its configuration, and the settings of its containers. */
export interface Context extends ProjectRuntime {
  readonly config: Config;
  /** The site's floors, which the configuration keeps. */
  readonly policy?: Policy | undefined;
  /** The keys of the site. */
  readonly evidence: Evidence;
}

/** The context of a stage that reads data. */
export interface DataContext extends Context {
  readonly data: Directory;
  /** The DVC revision of the data: `data/train.csv@<md5>` for each output, separated by spaces. */
  readonly dvc?: string | undefined;
}

interface ContextOptions {
  readonly since?: number;
  /** Whether there need be nothing of a project. */
  readonly mayBeEmpty?: boolean;
  /** Whether the channels of a conda environment are asked for its packages. */
  readonly solves?: boolean;
  /** Whether there is an image of the project's Python is asked: by default where something is to run. */
  readonly asksImage?: boolean;
  /** A version of Python, whatever the project asks for. */
  readonly python?: ChosenPython;
}

/**
 * Reads a project and its configuration at the start of a run.
 *
 * @throws UserError when the project's configuration is invalid or looser than the site's policy
 */
export async function readContext(
  source: Directory,
  { settings, policy: given, root, evidence: keys, prices }: SiteSettings,
  { since = Date.now(), mayBeEmpty = false, solves = true, asksImage = solves, python }: ContextOptions = {},
): Promise<Context> {
  const [layout, policy, evidence] = await Promise.all([
    readLayout(source, root, mayBeEmpty),
    readPolicy(given),
    readEvidence(keys),
  ]);
  const named = loadConfig(layout.files, policy);
  const config = { ...named, cost: await pricesOf(named.cost, prices) };
  const chosen = python ?? choosePython({ pyproject: layout.files.pyproject, texts: layout.toolTexts }, config.python);
  checkPolicyPython(chosen.version, policy);
  const read = await readProject(layout, config);
  const asked = { settings, python: chosen.version, limits: config.limits };
  const image = { ...asked, lacking: asksImage ? await lackingPython(asked, chosen) : undefined };
  const project = solves && image.lacking === undefined ? await withCondaSolution(read, image) : read;
  return { project, config, policy, evidence, since, ...image };
}

/** @throws UserError when the project's files name an older version of Python than the policy asks for */
function checkPolicyPython(python: string, policy: Policy | undefined): void {
  const floor = policy?.floors.python;
  if (policy === undefined || typeof floor !== "string" || minorOf(python) >= minorOf(floor)) return;
  throw new UserError(`The project runs on Python ${python}, and ${policy.name} asks for ${floor} at least.`, "policy");
}
