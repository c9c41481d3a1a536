import { z } from "zod";
import { UserError } from "../../errors.ts";
import { jsonOf } from "../../json.ts";

const packageSchema = z.object({
  version: z.string().optional(),
  hashes: z.array(z.string()).optional(),
  extras: z.array(z.string()).optional(),
  markers: z.string().optional(),
  git: z.string().optional(),
  ref: z.string().optional(),
  file: z.string().optional(),
  path: z.string().optional(),
});
const lockSchema = z.object({
  default: z.record(z.string(), packageSchema).default({}),
  develop: z.record(z.string(), packageSchema).default({}),
});

/**
 * The requirements that Pipfile.lock has, with their hashes, as pip reads them.
 *
 * @throws UserError for a lock file that is none
 */
export function pipfileRequirements(lock: string): { readonly runtime: string[]; readonly development: string[] } {
  const parsed = lockSchema.safeParse(jsonOf(lock));
  if (!parsed.success)
    throw new UserError('Pipfile.lock is not one that Pipenv wrote. Run "pipenv lock" and commit it.');
  const { default: runtime, develop } = parsed.data;
  return {
    runtime: Object.entries(runtime).flatMap(requirement),
    development: Object.entries(develop).flatMap(requirement),
  };
}

function requirement([name, entry]: readonly [string, z.output<typeof packageSchema>]): string[] {
  const { version = "", hashes = [], extras = [], markers, git, ref, file, path } = entry;
  // The project itself is imported from its folder.
  if (path === ".") return [];
  const what = `${name}${extras.length === 0 ? "" : `[${extras.join(",")}]`}`;
  const marker = markers === undefined ? "" : ` ; ${markers}`;
  if (git !== undefined) return [`${what} @ git+${git}${ref === undefined ? "" : `@${ref}`}${marker}`];
  if (file !== undefined) return [`${what} @ ${file}${marker}`];
  if (path !== undefined) return [path];
  const pinned = `${what}${version === "*" ? "" : version}${marker}`;
  return [[pinned, ...hashes.map((hash) => `--hash=${hash}`)].join(" \\\n    ")];
}
