import type { Project } from "../project/project.ts";
import { byteText, counted, someOf } from "../text.ts";
import { defineStage } from "./definition.ts";
import { pointersText, searchSecrets, secretsText, unreadWarnings } from "./secrets.ts";
import { failedRun, type Outcome } from "./stage.ts";

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
    const { project } = context;
    const { run, found } = await searchSecrets(context, project.image, "");
    if (found === undefined) return failedRun(run);
    const { files, bytes, secrets, pointers } = found;
    if (secrets.length > 0) {
      const advice = `Take it out and give it to the service as a variable, keep the file out by ${project.dockerIgnore}`;
      return { status: "failed", message: secretsText(secrets, advice), runs: [run] };
    }
    const left = leftOutText(project);
    return {
      status: "passed",
      message: `no keys or tokens in ${counted(files, "file")} of ${byteText(bytes)} that the image takes${left === "" ? "" : `; left out: ${left}`}`,
      warnings: [...unreadWarnings(found), ...(pointers.length === 0 ? [] : [pointersText(pointers)])],
      value: undefined,
      runs: [run],
    };
  },
});

const SHOWN_FILES = 3;

/** Which files the image does not take, and why; files of src/ first, since the project may miss them. Empty when it takes all. */
export function leftOutText({ leftOut, dockerIgnore }: Pick<Project, "leftOut" | "dockerIgnore">): string {
  const causes = [
    { paths: leftOut.secret, by: " of secrets" },
    { paths: leftOut[".gitignore"], by: " named by .gitignore" },
    { paths: leftOut[".dockerignore"], by: ` named by ${dockerIgnore}` },
  ];
  const parts = causes.map(({ paths, by }) => {
    const ofCode = paths.filter((path) => path.startsWith("src/"));
    const shown = [...ofCode, ...paths.filter((path) => !path.startsWith("src/"))].slice(0, SHOWN_FILES);
    return paths.length === 0 ? "" : `${counted(paths.length, "file")}${by} (${someOf(shown, paths.length)})`;
  });
  return parts.filter((part) => part !== "").join(", ");
}
