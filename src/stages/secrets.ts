import type { Directory } from "@dagger.io/dagger";
import { z } from "zod";
import { type CommandsResult, runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import type { Context } from "../context/context.ts";
import { parseJson } from "../json.ts";
import { LFS_ADVICE } from "../model/manifest.ts";
import { dockerMatcher } from "../project/ignore/docker.ts";
import { isPackedSecretFile, isSecretFile } from "../project/secret-files.ts";
import { someOf } from "../text.ts";

/* Secrets in files that get into an image, of the project or of the model. */

/** What `find_secrets.py` writes. */
export const scanSchema = z.object({
  files: z.number(),
  bytes: z.number(),
  findings: z.array(z.object({ path: z.string(), inside: z.string(), line: z.number(), kind: z.string() })),
  packed: z.array(z.object({ path: z.string(), inside: z.string() })),
  unread: z.array(z.object({ path: z.string(), why: z.string() })),
  pointers: z.array(z.string()),
});
type Scan = z.output<typeof scanSchema>;

/** Something that looks like a secret. */
export interface SecretFinding {
  /** As `image.allow-secrets` names it. */
  readonly path: string;
  /** The path within an archive; empty for the file itself. */
  readonly inside: string;
  /** From 1; 0 where there are no lines. */
  readonly line: number;
  readonly kind: string;
}

/** Files that were searched. Paths are those in the image's folder of the project. */
export interface SearchedFiles extends Pick<Scan, "files" | "bytes" | "pointers"> {
  readonly secrets: readonly SecretFinding[];
  /** Files that could not be looked into, as parts of a sentence. */
  readonly unread: readonly string[];
}

const FOLDER = "/searched";
const BY_NAME = "a file of secrets by its name";

/**
 * Searches all files of a folder.
 *
 * @param prefix what stands before a file's path in the image
 */
export async function searchSecrets(
  context: Context,
  folder: Directory,
  prefix: string,
): Promise<{ readonly run: CommandsResult; readonly found?: SearchedFiles }> {
  const program = programPath("find_secrets.py");
  const answer = "secrets.json";
  const run = await runCommands(
    withProgram(pythonBase(context), "find_secrets.py").withMountedDirectory(FOLDER, folder),
    [
      {
        name: "secrets",
        args: ["python3", program, FOLDER, `${RESULTS}/${answer}`],
        purpose: "look for keys and tokens",
      },
    ],
    { since: context.since, limits: context.limits },
  );
  if (!run.ok) return { run };
  const scan = parseJson(await run.results.file(answer).contents(), scanSchema, answer);
  const named = (await folder.glob("**")).filter((path) => !path.endsWith("/") && isSecretFile(path));
  return { run, found: searchedFiles(scan, named, context.config.image["allow-secrets"], prefix) };
}

/** @param named files that are secrets by their names */
export function searchedFiles(
  scan: Scan,
  named: readonly string[],
  allowSecrets: readonly string[],
  prefix: string,
): SearchedFiles {
  const allowed = dockerMatcher(allowSecrets, "image.allow-secrets");
  const inImage = <T extends { readonly path: string }>(found: readonly T[]): T[] =>
    found.map((one) => ({ ...one, path: `${prefix}${one.path}` })).filter(({ path }) => !allowed(path));
  const byName = (place: Pick<SecretFinding, "path" | "inside">): SecretFinding => ({
    ...place,
    line: 0,
    kind: BY_NAME,
  });
  return {
    files: scan.files,
    bytes: scan.bytes,
    secrets: inImage([
      ...named.map((path) => byName({ path, inside: "" })),
      ...scan.packed.filter(({ inside }) => isPackedSecretFile(inside)).map(byName),
      ...scan.findings,
    ]),
    unread: inImage(scan.unread).map(({ path, why }) => `${path} ${why}`),
    pointers: scan.pointers.map((path) => `${prefix}${path}`),
  };
}

const SHOWN_FINDINGS = 10;
const SHOWN_FILES = 3;

/**
 * What was found where, and what to do about it; the secret itself is never shown.
 *
 * @param advice ways out beside the allow-list
 */
export function secretsText(findings: readonly SecretFinding[], advice: string): string {
  const shown = findings.slice(0, SHOWN_FINDINGS).map(placeText);
  const files = [...new Set(findings.map(({ path }) => path))].slice(0, SHOWN_FILES);
  return [
    `what looks like a secret would get into the image: ${someOf(shown, findings.length)}.`,
    `${advice},`,
    `or, where it is no secret, allow it: image.allow-secrets = ${JSON.stringify(files)}`,
  ].join(" ");
}

const placeText = ({ path, inside, line, kind }: SecretFinding): string =>
  `${path}${inside === "" ? "" : `, in it ${inside},`}${line === 0 ? "" : ` line ${line}`} (${kind})`;

/** What to do about pointers that stand in the place of files. */
export const pointersText = (paths: readonly string[]): string =>
  `${someOf(paths.slice(0, SHOWN_FILES), paths.length)}: ${paths.length === 1 ? "" : "each "}${LFS_ADVICE}`;

/** What could not be looked into. */
export const unreadWarnings = ({ unread }: SearchedFiles): string[] =>
  unread.length === 0
    ? []
    : [
        `not looked into for secrets: ${someOf(unread.slice(0, SHOWN_FILES), unread.length)} (image.allow-secrets takes it as it is)`,
      ];
