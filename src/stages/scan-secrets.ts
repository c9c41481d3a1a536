import { z } from "zod";
import { runCommands } from "../containers/commands.ts";
import { pythonBase } from "../containers/images.ts";
import { APP, RESULTS } from "../containers/paths.ts";
import { programPath, withProgram } from "../containers/programs.ts";
import { parseJson } from "../json.ts";
import { dockerMatcher } from "../project/ignore/docker.ts";
import type { LeftOut } from "../project/left-out.ts";
import { byteText, counted } from "../text.ts";
import { defineStage } from "./definition.ts";
import { failedRun, type Outcome, outcomeOf } from "./stage.ts";

/** What `find_secrets.py` writes. */
export const scanSchema = z.object({
  files: z.number(),
  bytes: z.number(),
  findings: z.array(z.object({ path: z.string(), line: z.number(), kind: z.string() })),
});
type SecretFinding = z.output<typeof scanSchema>["findings"][number];

/**
 * Looks for keys, tokens and passwords in all files of the project that the image takes, before anything is trained. Files that are
 * secrets by their name are left out without it.
 */
export const scanSecrets = defineStage({
  name: "scan secrets",
  step: "Check",
  page: "your-project",
  needs: {},
  async run({ context }): Promise<Outcome<undefined>> {
    const { project, config, since } = context;
    const program = programPath("find_secrets.py");
    const answer = "secrets.json";
    const run = await runCommands(
      withProgram(pythonBase(context), "find_secrets.py").withMountedDirectory(APP, project.image),
      [{ name: "secrets", args: ["python3", program, APP, `${RESULTS}/${answer}`], shown: "look for keys and tokens" }],
      { since },
    );
    if (!run.ok) return failedRun(run);
    const { files, bytes, findings } = parseJson(await run.results.file(answer).contents(), scanSchema, answer);
    const allowed = dockerMatcher(config.image["allow-secrets"], "image.allow-secrets");
    const secrets = findings.filter(({ path }) => !allowed(path));
    if (secrets.length > 0) return { status: "failed", message: secretsText(secrets), runs: [run] };
    const left = leftOutText(project.leftOut);
    return outcomeOf(
      run,
      `no keys or tokens in ${counted(files, "file")} of ${byteText(bytes)} that the image takes${left === "" ? "" : `; left out: ${left}`}`,
      undefined,
    );
  },
});

const SHOWN_FINDINGS = 10;
const SHOWN_FILES = 3;

/** What was found where, and what to do about it; the secret itself is never shown. */
export function secretsText(findings: readonly SecretFinding[]): string {
  const shown = findings.slice(0, SHOWN_FINDINGS).map(({ path, line, kind }) => `${path} line ${line} (${kind})`);
  const files = [...new Set(findings.map(({ path }) => path))].slice(0, SHOWN_FILES);
  return [
    `what looks like a secret would get into the image: ${someOf(shown, findings.length)}.`,
    "Take it out and give it to the service as a variable, keep the file out by .dockerignore,",
    `or, where it is no secret, allow it: image.allow-secrets = ${JSON.stringify(files)}`,
  ].join(" ");
}

const CAUSES = {
  secret: { noun: "file", by: " of secrets" },
  ".gitignore": { noun: "file", by: " named by .gitignore" },
  ".dockerignore": { noun: "file", by: " named by .dockerignore" },
} as const;

/** Which files the image does not take, and why; files of src/ first, since the project may miss them. Empty when it takes all. */
export function leftOutText(leftOut: LeftOut): string {
  const parts = Object.entries(CAUSES).map(([cause, { noun, by }]) => {
    const paths = leftOut[cause as keyof LeftOut];
    const ofCode = paths.filter((path) => path.startsWith("src/"));
    const shown = [...ofCode, ...paths.filter((path) => !path.startsWith("src/"))].slice(0, SHOWN_FILES);
    return paths.length === 0 ? "" : `${counted(paths.length, noun)}${by} (${someOf(shown, paths.length)})`;
  });
  return parts.filter((part) => part !== "").join(", ");
}

/** The first of a list, and how many more there are. */
const someOf = (shown: readonly string[], all: number): string =>
  `${shown.join(", ")}${all > shown.length ? ` and ${all - shown.length} more` : ""}`;
